import { z } from "zod";
import { listSchema, pageQuerySchema } from "@/lib/core/pagination";

/** A name in addresses and in the API: lower-case words joined by hyphens. */
export const slugSchema = z.string().min(2, "Use at least 2 characters.").max(48, "Use at most 48 characters.")
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "Use lower-case letters, digits and single hyphens.");

export const MAX_INSTRUCTIONS = 32_768;
export const MAX_TOOLS = 32;
export const MAX_DELEGATES = 16;
/** Largest output schema, in UTF-8 bytes of its JSON. */
export const MAX_OUTPUT_SCHEMA_BYTES = 16 * 1024;
export const DEFAULT_MAX_STEPS = 16;
export const DEFAULT_RETRIES = 2;

const ID = "[0-9a-hjkmnp-tv-z]{26}";
const idsSchema = (prefix: string, most: number, reason: string) =>
  z.array(z.string().regex(new RegExp(`^${prefix}_${ID}$`), reason)).max(most, `Use at most ${most}.`).transform((ids) => [...new Set(ids)]);

const outputSchemaSchema = z.record(z.string(), z.unknown(), "Use a JSON Schema, or null.")
  .refine((schema) => schema.type === "object", "Use a JSON Schema whose `type` is `object`.")
  .refine((schema) => schema.properties === undefined || isObject(schema.properties), "`properties` has to be an object.")
  .refine((schema) => schema.required === undefined || (Array.isArray(schema.required) && schema.required.every((name) => typeof name === "string")), "`required` has to be a list of names.")
  .refine((schema) => new TextEncoder().encode(JSON.stringify(schema)).byteLength <= MAX_OUTPUT_SCHEMA_BYTES, "The schema is larger than 16 KB.");

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Everything of an agent that a version keeps, without defaults: what is left out is left out. */
const fields = {
  model: z.string().min(1, "Choose a model.").max(200).describe("Id of a model of the catalogue, or `<label>/<model>` of a model key."),
  instructions: z.string().trim().min(1, "Say what the agent should do.").max(MAX_INSTRUCTIONS, "Use at most 32,768 characters.").describe("What the agent should do; the model reads it first."),
  tools: idsSchema("tol", MAX_TOOLS, "A tool is named by its id, `tol_…`.").describe("Ids of tools that it may call."),
  delegates: idsSchema("agt", MAX_DELEGATES, "An agent is named here by its id, `agt_…`.").describe("Ids of agents of the same workspace that it may hand work to."),
  output_schema: outputSchemaSchema.nullable().describe("A JSON Schema that the answer has to fit; null: free text."),
  temperature: z.number("Use a number.").min(0, "Use 0 to 2.").max(2, "Use 0 to 2.").nullable().describe("Null: the model's own default."),
  max_steps: z.number("Use a number.").int("Use a whole number.").min(1, "Use 1 to 100.").max(100, "Use 1 to 100.").describe("Most model calls of one run."),
  max_minutes: z.number("Use a number.").positive("Use more than 0.").max(1_440, "Use at most 1,440.").nullable().describe("Longest run in minutes; null: what the plan allows."),
  max_spend_micros: z.number("Use a number.").int("Use whole micro-dollars.").min(1, "Use more than 0.").max(1_000_000_000, "Use at most $1,000.").nullable().describe("Most model spend of one run in micro-dollars; null: what the workspace has left."),
  retries: z.number("Use a number.").int("Use a whole number.").min(0, "Use 0 to 5.").max(5, "Use 0 to 5.").describe("How often a model call is tried again after a 429 or a 5xx."),
};

const defaulted = {
  ...fields,
  tools: fields.tools.default([]), delegates: fields.delegates.default([]), output_schema: fields.output_schema.default(null), temperature: fields.temperature.default(null),
  max_steps: fields.max_steps.default(DEFAULT_MAX_STEPS), max_minutes: fields.max_minutes.default(null), max_spend_micros: fields.max_spend_micros.default(null),
  retries: fields.retries.default(DEFAULT_RETRIES),
};

/** What a version of an agent is. */
export const agentConfigSchema = z.strictObject(defaulted);
export type AgentConfig = z.output<typeof agentConfigSchema>;
export const CONFIG_FIELDS = ["model", "instructions", "tools", "delegates", "output_schema", "temperature", "max_steps", "max_minutes", "max_spend_micros", "retries"] as const satisfies readonly (keyof AgentConfig)[];
export type ConfigField = (typeof CONFIG_FIELDS)[number];

const nameSchema = z.string().trim().min(1, "Give the agent a name.").max(80, "Use at most 80 characters.").describe("For people.");
const noteSchema = z.string().trim().max(200, "Use at most 200 characters.").nullable();
const versionNumberSchema = z.number().int().min(1).max(2_147_483_647);

export const createAgentSchema = z.strictObject({
  name: nameSchema,
  // The page that makes agents has this address.
  slug: slugSchema.refine((slug) => slug !== "new" && slug !== "model-keys", "This word is kept for a page. Choose another one.")
    .describe("What programs call the agent by; it does not change."),
  ...defaulted,
});
export type CreateAgent = z.output<typeof createAgentSchema>;

/** What is left out stays as it is. `version` is the one that the change was made from; without it the newest is meant. */
export const updateAgentSchema = z.strictObject({
  name: nameSchema.optional(), version: versionNumberSchema.optional().describe("The version that the change was made from; 409 when there is a newer one."),
  note: noteSchema.optional().describe("Why, for whoever reads the versions."),
  model: fields.model.optional(), instructions: fields.instructions.optional(), tools: fields.tools.optional(), delegates: fields.delegates.optional(),
  output_schema: fields.output_schema.optional(), temperature: fields.temperature.optional(), max_steps: fields.max_steps.optional(),
  max_minutes: fields.max_minutes.optional(), max_spend_micros: fields.max_spend_micros.optional(), retries: fields.retries.optional(),
});
export type UpdateAgent = z.output<typeof updateAgentSchema>;

export const rollBackAgentSchema = z.strictObject({ version: versionNumberSchema.describe("The version to go back to.") });

const configDto = {
  model: z.string(), instructions: z.string(), tools: z.array(z.string()), delegates: z.array(z.string()), output_schema: z.record(z.string(), z.unknown()).nullable(),
  temperature: z.number().nullable(), max_steps: z.number(), max_minutes: z.number().nullable(), max_spend_micros: z.number().nullable(), retries: z.number(),
};

export const agentDtoSchema = z.object({
  id: z.string(), object: z.literal("agent"), slug: z.string(), name: z.string(), version: z.number(), ...configDto,
  created_at: z.string(), updated_at: z.string(), archived_at: z.string().nullable(),
  read_only: z.boolean().describe("True while the plan has no room for this agent: it cannot be run or changed until another one is archived."),
});
export type AgentDto = z.output<typeof agentDtoSchema>;
export const agentListSchema = listSchema(agentDtoSchema);

/** `archived=true`: those that were archived, and no others. */
export const agentListQuerySchema = pageQuerySchema.extend({ archived: z.enum(["true", "false"]).default("false").transform((text) => text === "true").describe("`true`: the archived ones instead.") });
export type AgentListQuery = z.output<typeof agentListQuerySchema>;

/** One save of an agent, without what it says. `created_by` is a member's id, or an API key's. */
export const agentVersionSummarySchema = z.object({
  object: z.literal("agent_version"), agent_id: z.string(), version: z.number(), note: z.string().nullable(), created_by: z.string(), created_at: z.string(),
});
export type AgentVersionSummary = z.output<typeof agentVersionSummarySchema>;
export const agentVersionDtoSchema = agentVersionSummarySchema.extend(configDto);
export type AgentVersionDto = z.output<typeof agentVersionDtoSchema>;
export const agentVersionListSchema = listSchema(agentVersionSummarySchema);

/** Newest first; the cursor is the last version of the page before. */
export const versionListQuerySchema = z.object({
  limit: pageQuerySchema.shape.limit,
  cursor: z.string().regex(/^[1-9]\d{0,8}$/, "This is not a cursor of ours.").transform(Number).optional().describe("The last version of the page before."),
});
export type VersionListQuery = z.output<typeof versionListQuerySchema>;
