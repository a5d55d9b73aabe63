import { CONFIG_FIELDS, type AgentConfig, type ConfigField } from "@/lib/agents/schema";

/** True for two JSON values that say the same; the order of an object's keys says nothing. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  const [ours, theirs] = [Object.entries(one), new Map(Object.entries(other))];
  return ours.length === theirs.size && ours.every(([key, value]) => theirs.has(key) && sameJson(value, theirs.get(key)));
}

/** Fields in which two configurations differ, in the order of the schema. Tools and delegates are sets. */
export function changedFields(before: AgentConfig, after: AgentConfig): ConfigField[] {
  return CONFIG_FIELDS.filter((field) => !sameJson(comparable(before[field]), comparable(after[field])));
}

function comparable(value: AgentConfig[ConfigField]): unknown {
  return Array.isArray(value) ? [...value].sort() : value;
}
