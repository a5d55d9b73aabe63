import { z } from "zod";
import { formatCount, formatMoneyMicros } from "@/lib/core/format";

/** A model that agents may use, with its list price. Prices are data: the operator states them for the endpoint in use. */
export const modelSchema = z.object({
  /** Id at the endpoint, as sent in the `model` field. */
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(100),
  /** Micro-dollars for a million tokens. */
  input_micros_per_million: z.number().int().min(0),
  output_micros_per_million: z.number().int().min(0),
  /** Tokens that input and output may have together. */
  context_tokens: z.number().int().min(1_000),
  /** Most tokens of one answer; also what is reserved before a call. */
  max_output_tokens: z.number().int().min(1),
  /** Whether the endpoint can hold an answer to a JSON Schema (`response_format`); without it the model is asked in words. */
  structured_output: z.boolean().optional(),
});
export type ModelInfo = z.output<typeof modelSchema>;

/** The model that comes with the product: an extractive summariser on the operator's own machine, which costs nothing. */
export const BUILT_IN_MODEL: ModelInfo = {
  id: "stint-extract-1",
  name: "Stint Extract 1",
  input_micros_per_million: 0,
  output_micros_per_million: 0,
  context_tokens: 262_144,
  max_output_tokens: 65_536,
};

/** What a person wants to know of a model before choosing it: its price and how much it reads. */
export function describeModel(model: ModelInfo): string {
  const { input_micros_per_million: input, output_micros_per_million: output } = model;
  const price = input === 0 && output === 0 ? "Free of charge." : `${formatMoneyMicros(input)} in and ${formatMoneyMicros(output)} out for a million tokens.`;
  return `${price} Reads up to ${formatCount(model.context_tokens)} tokens.`;
}

/** The same of a model behind a key of the workspace's own, which is paid where it is called. */
export function describeOwnModel(model: ModelInfo, label: string): string {
  return `Through the model key ${label}: spends no model spend here. Reads up to ${formatCount(model.context_tokens)} tokens.`;
}

/** Reads the operator's catalogue, or the built-in one. @throws Error saying what is wrong with it */
export function parseCatalogue(json: string | undefined): ModelInfo[] {
  if (json === undefined) return [BUILT_IN_MODEL];
  const result = z.array(modelSchema).min(1).safeParse(tryJson(json));
  if (!result.success) throw new Error(`MODEL_CATALOGUE is not a list of models: ${result.error.issues[0]?.path.join(".")} ${result.error.issues[0]?.message}`);
  return result.data;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error("MODEL_CATALOGUE is not valid JSON.", { cause: error });
  }
}
