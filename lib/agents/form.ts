import { z } from "zod";
import { issueWords } from "@/lib/core/issue-words";
import { MICROS_PER_DOLLAR } from "@/lib/core/money";
import { agentConfigSchema, createAgentSchema, DEFAULT_MAX_STEPS, DEFAULT_RETRIES, updateAgentSchema, type AgentConfig, type CreateAgent, type UpdateAgent } from "@/lib/agents/schema";

/** A configuration as its form holds it: texts, empty where there is nothing. Money in dollars, as people write it. */
export type AgentFormValues = {
  name: string; model: string; instructions: string; tools: string[]; delegates: string[]; output_schema: string; temperature: string; max_steps: string; max_minutes: string;
  max_spend: string; retries: string; note: string;
};

/** An agent, or what a template says of one, as the form holds it. */
export function toFormValues(name: string, config: AgentConfig): AgentFormValues {
  const text = (value: number | null): string => (value === null ? "" : String(value));
  return {
    name, model: config.model, instructions: config.instructions, tools: config.tools, delegates: config.delegates,
    output_schema: config.output_schema === null ? "" : JSON.stringify(config.output_schema, null, 2),
    temperature: text(config.temperature), max_steps: text(config.max_steps), max_minutes: text(config.max_minutes),
    max_spend: text(config.max_spend_micros === null ? null : config.max_spend_micros / MICROS_PER_DOLLAR), retries: text(config.retries), note: "",
  };
}

const { shape } = agentConfigSchema;

function numberOf<S extends z.ZodType<unknown, number | null>>(schema: S, whenEmpty: number | null) {
  return z.string().trim().default("").transform((text) => (text === "" ? whenEmpty : Number(text))).pipe(schema);
}

const jsonText = z.string().trim().default("").transform((text, context): unknown => {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "This is not valid JSON." });
    return z.NEVER;
  }
});

const spendText = z.string().trim().default("").transform((text) => (text === "" ? null : Math.round(Number(text) * MICROS_PER_DOLLAR)));

const fields = {
  name: createAgentSchema.shape.name, model: shape.model, instructions: shape.instructions, tools: shape.tools, delegates: shape.delegates,
  // What a person typed is any JSON; the schema behind says what is wrong with it.
  output_schema: jsonText.pipe(z.unknown().transform((value, context) => checked(shape.output_schema.unwrap(), value, context))),
  temperature: numberOf(shape.temperature.unwrap(), null), max_steps: numberOf(shape.max_steps.unwrap(), DEFAULT_MAX_STEPS), max_minutes: numberOf(shape.max_minutes.unwrap(), null),
  max_spend: spendText.pipe(shape.max_spend_micros.unwrap()), retries: numberOf(shape.retries.unwrap(), DEFAULT_RETRIES),
};

function checked<S extends z.ZodType>(schema: S, value: unknown, context: z.RefinementCtx): z.output<S> {
  const result = schema.safeParse(value, { error: issueWords });
  if (result.success) return result.data;
  context.addIssue({ code: "custom", message: result.error.issues[0]?.message ?? "The value is not allowed." });
  return z.NEVER;
}

/** What the form of a new agent sends. */
export const createAgentFormSchema = z.object({ ...fields, slug: createAgentSchema.shape.slug }).transform(
  ({ max_spend, ...rest }): CreateAgent => ({ ...rest, max_spend_micros: max_spend }),
);

/** What the editor sends: every field, and the version that it was opened with. */
export const saveAgentFormSchema = z.object({ ...fields, agent: z.string().max(64), version: z.coerce.number().pipe(updateAgentSchema.shape.version.unwrap()), note: z.string().trim().max(200, "Use at most 200 characters.").default("") }).transform(
  ({ max_spend, agent, note, ...rest }): { agent: string; change: UpdateAgent } => ({ agent, change: { ...rest, max_spend_micros: max_spend, note: note || null } }),
);

export const agentDeedSchema = z.object({ agent: z.string().max(64) });
export const rollBackFormSchema = z.object({ agent: z.string().max(64), version: z.coerce.number().pipe(updateAgentSchema.shape.version.unwrap()) });
