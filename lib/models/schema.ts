import { z } from "zod";
import { listSchema } from "@/lib/core/pagination";

export const MAX_MODEL_KEYS = 10;
export const MAX_MODELS = 200;
/** What is assumed of a model whose endpoint tells no sizes; both can be changed. */
export const DEFAULT_CONTEXT_TOKENS = 128_000;
export const DEFAULT_OUTPUT_TOKENS = 4_096;
export const MOST_CONTEXT_TOKENS = 10_000_000;

const labelSchema = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/, "Use 2 to 32 lower-case letters, digits and hyphens, beginning with a letter.").describe("Stands before the names of the key's models: agents name them `<label>/<model>`.");
const keySchema = z.string().trim().min(1, "Give the endpoint's key.").max(4_096, "Use at most 4,096 characters.").regex(/^[\x21-\x7e]*$/, "A key is plain text without spaces.").describe("The endpoint's key. Kept sealed and never told again.");
const baseUrlSchema = z.string().trim().min(1, "Give the endpoint's address.").max(2_048, "Use at most 2,048 characters.").transform((url, context) => {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password && !parsed.search && !parsed.hash) return parsed.href.replace(/\/+$/, "");
  context.addIssue("Give an http or https address without a user name, a query or a fragment, such as https://api.openai.com/v1.");
  return z.NEVER;
}).describe("Address of an OpenAI-compatible endpoint, what `/chat/completions` is added to. Another address needs the key again.");
const tokensSchema = (most: number) => z.number().int("Use a whole number.").max(most, `Use at most ${most.toLocaleString("en-US")} tokens.`);

/** An endpoint's own name for a model: with a label and a slash before it no longer than an agent's model may be. */
export const modelIdSchema = z.string().regex(/^[\x21-\x7e]{1,160}$/, "A model's id is plain text without spaces, at most 160 characters.");
const modelNameSchema = z.string().trim().min(1, "Give the model a name.").max(100, "Use at most 100 characters.").regex(/^\P{C}*$/u, "Use printable characters.");

const ownModelSchema = z.strictObject({
  id: modelIdSchema.describe("The endpoint's own name for the model."),
  name: modelNameSchema.optional().describe("For people; the id when it is left out."),
  context_tokens: tokensSchema(MOST_CONTEXT_TOKENS).min(1_000, "Use at least 1,000 tokens.").default(DEFAULT_CONTEXT_TOKENS).describe("Tokens that input and output may have together."),
  max_output_tokens: tokensSchema(1_000_000).min(1, "Use at least 1 token.").default(DEFAULT_OUTPUT_TOKENS).describe("Most tokens of one answer."),
  structured_output: z.boolean().optional().describe("Whether the endpoint can hold an answer to a JSON Schema."),
}).refine((model) => model.max_output_tokens <= model.context_tokens, { message: "An answer is part of the context: use at most as many tokens.", path: ["max_output_tokens"] })
  .transform((model) => ({ ...model, name: model.name ?? model.id.slice(0, 100) }));
const modelsSchema = z.array(ownModelSchema).min(1, "Give at least one model.").max(MAX_MODELS, `Use at most ${MAX_MODELS} models.`)
  .refine((models) => new Set(models.map(({ id }) => id)).size === models.length, "A model stands here twice.").describe("The models that the key unlocks, at most 200. When they are left out on creating, the endpoint is asked for them.");

/** Without `models` the endpoint is asked for them. */
export const createModelKeySchema = z.strictObject({ label: labelSchema, base_url: baseUrlSchema, key: keySchema, models: modelsSchema.optional() });
export type CreateModelKey = z.output<typeof createModelKeySchema>;

/** What is left out stays as it is. Another address needs the key again: the stored one was meant for the old address. */
export const updateModelKeySchema = z.strictObject({ base_url: baseUrlSchema.optional(), key: keySchema.optional(), models: modelsSchema.optional() });
export type UpdateModelKey = z.output<typeof updateModelKeySchema>;

/** A model as it is stored and told. */
export const storedModelSchema = z.object({ id: z.string(), name: z.string(), context_tokens: z.number(), max_output_tokens: z.number(), structured_output: z.boolean().optional() });
export type OwnModel = z.output<typeof storedModelSchema>;

/** A model key without the key. Agents name its models as `<label>/<id>`. */
export const modelKeyDtoSchema = z.object({
  id: z.string(), object: z.literal("model_key"), label: z.string(), base_url: z.string(), models: z.array(storedModelSchema), created_at: z.string(), updated_at: z.string(),
});
export type ModelKeyDto = z.output<typeof modelKeyDtoSchema>;
export const modelKeyListSchema = listSchema(modelKeyDtoSchema);
export const deletedModelKeySchema = z.object({ id: z.string(), object: z.literal("model_key"), deleted: z.literal(true) });
