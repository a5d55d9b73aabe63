import type { ModelInfo } from "@/lib/agents/models";
import { tokenCostMicros } from "@/lib/core/money";

/** Tokens that a protocol adds around the texts of one call, at most. */
const FRAME_TOKENS = 64;

/** List price of a call that is known, in micro-dollars. */
export function costOf(model: ModelInfo, inputTokens: number, outputTokens: number): number {
  return tokenCostMicros(inputTokens, model.input_micros_per_million) + tokenCostMicros(outputTokens, model.output_micros_per_million);
}

/** The most that a call can cost: no tokenizer makes more tokens than the text has bytes. Micro-dollars. */
export function mostItCosts(model: ModelInfo, texts: string[], maxOutputTokens: number): number {
  return costOf(model, byteLength(texts) + FRAME_TOKENS, maxOutputTokens);
}

/** Tokens of a text whose call never told: about four bytes a token in Latin script. */
export function estimateTokens(...texts: string[]): number {
  return Math.ceil(byteLength(texts) / 4);
}

function byteLength(texts: string[]): number {
  return texts.reduce((sum, text) => sum + new TextEncoder().encode(text).byteLength, 0);
}
