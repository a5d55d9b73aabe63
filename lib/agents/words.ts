import { formatCount, formatMoneyMicros } from "@/lib/core/format";
import type { AgentConfig, ConfigField } from "@/lib/agents/schema";

/** What a field is called where people read it. */
export const FIELD_NAMES: Record<ConfigField, string> = {
  model: "Model", instructions: "Instructions", tools: "Tools", delegates: "Agents it may hand work to", output_schema: "Output schema", temperature: "Temperature",
  max_steps: "Most steps", max_minutes: "Most minutes", max_spend_micros: "Most spend", retries: "Retries",
};

const WHEN_NULL: Partial<Record<ConfigField, string>> = {
  output_schema: "free text", temperature: "as the model has it", max_minutes: "as long as the plan allows", max_spend_micros: "what the workspace has left",
};

/**
 * A field's value as people read it.
 * @param names of tools and agents, by id
 */
export function describeValue(field: ConfigField, value: AgentConfig[ConfigField], names: ReadonlyMap<string, string>): string {
  if (value === null) return WHEN_NULL[field] ?? "none";
  if (Array.isArray(value)) return value.map((id) => names.get(id) ?? id).join(", ") || "none";
  if (typeof value === "number") return field === "max_spend_micros" ? formatMoneyMicros(value) : field === "max_steps" ? formatCount(value) : String(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
