import { z } from "zod";
import { createModelKeySchema, updateModelKeySchema, type CreateModelKey, type OwnModel, type UpdateModelKey } from "@/lib/models/schema";

/** What a form sends is text: these schemas turn the fields of the model key dialogs into what the API takes. */
const { label, base_url: baseUrl, key, models } = createModelKeySchema.shape;

type Draft = { id: string; context_tokens?: number; max_output_tokens?: number; structured_output?: boolean };

/** One model a line: its id, then the tokens of its context and of one answer, then `json` for one that holds to a schema. Empty: undefined. */
function parseModels(text: string, context: z.RefinementCtx): Draft[] | undefined {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const drafts = lines.map((line): Draft | null => {
    const [id = "", ...rest] = line.split(/[\s,]+/).filter(Boolean);
    const structured = rest.at(-1) === "json";
    const numbers = (structured ? rest.slice(0, -1) : rest).map(Number);
    if (numbers.length > 2 || !numbers.every(Number.isInteger)) {
      context.addIssue(`Not understood: “${line.slice(0, 60)}”. Write an id, the tokens of its context, and the most tokens of an answer.`);
      return null;
    }
    const [contextTokens, outputTokens] = numbers;
    return { id, ...(contextTokens === undefined ? {} : { context_tokens: contextTokens }), ...(outputTokens === undefined ? {} : { max_output_tokens: outputTokens }), ...(structured ? { structured_output: true } : {}) };
  });
  return lines.length === 0 ? undefined : drafts.filter((draft) => draft !== null);
}
const modelsField = z.string().max(60_000).default("").transform(parseModels).pipe(models);

/** A form's field of an endpoint's key is called `secret_key`: what is so called is never sent back to the form. */
export const createModelKeyFormSchema = z.object({ label, base_url: baseUrl, secret_key: key, models: modelsField })
  .transform(({ secret_key, ...rest }): CreateModelKey => ({ ...rest, key: secret_key }));

/** An empty key keeps the stored one; no models keep those there are. */
export const updateModelKeyFormSchema = z.object({ model_key: z.string().max(64), base_url: baseUrl, secret_key: z.string().trim().default("").transform((text) => text || undefined).pipe(updateModelKeySchema.shape.key), models: modelsField })
  .transform(({ model_key: id, secret_key, ...rest }): { id: string; change: UpdateModelKey } => ({ id, change: { ...rest, key: secret_key } }));

/** The line that stands for a model in the form. */
export function modelLine({ id, context_tokens, max_output_tokens, structured_output }: OwnModel): string {
  return `${id} ${context_tokens} ${max_output_tokens}${structured_output ? " json" : ""}`;
}

/** A change out of the form, which knows no names of models, with the names that are stored. */
export function keepNames(change: UpdateModelKey, stored: readonly OwnModel[]): UpdateModelKey {
  const names = new Map(stored.map(({ id, name }) => [id, name]));
  return { ...change, models: change.models?.map((model) => ({ ...model, name: names.get(model.id) ?? model.name })) };
}
