import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, streamText } from "ai";
import { parseCatalogue, type ModelInfo } from "@/lib/agents/models";
import { SECOND_MS } from "@/lib/core/time";
import { env } from "@/lib/platform/env";

/** Why a model call gave no answer, told apart by what a person can do about it. */
export type ModelFault = "model_unavailable" | "model_rejected" | "model_rate_limited" | "model_timeout" | "model_invalid_response";

/** A model call that failed. `message` is written for the customer; `cause` for the log. */
export class ModelError extends Error {
  constructor(
    readonly fault: ModelFault,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
    this.name = "ModelError";
  }
}

export type ModelCall = {
  model: string;
  instructions: string;
  input: string;
  maxOutputTokens: number;
  signal: AbortSignal;
  onText: (text: string) => void;
};

/** What a finished call gave. Token counts are the endpoint's own; null where it did not tell. */
export type ModelAnswer = { text: string; inputTokens: number | null; outputTokens: number | null; finishReason: string };

/** Silence after which an endpoint is taken for hanging. */
const SILENCE_MS = 30 * SECOND_MS;

/** The models of the configured endpoint. */
export function modelCatalogue(): ModelInfo[] {
  return parseCatalogue(env().MODEL_CATALOGUE);
}

/**
 * Calls the model once over the OpenAI protocol, streaming. No retries here: what a failed call costs is the caller's
 * to settle first. When `signal` aborts, the request is cut and the signal's reason is thrown.
 * @throws ModelError
 */
export async function callModel(call: ModelCall, silenceMs: number = SILENCE_MS): Promise<ModelAnswer> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    return await stream(call, AbortSignal.any([call.signal, silence.signal]), heard);
  } catch (error) {
    if (call.signal.aborted) throw call.signal.reason;
    if (silence.signal.aborted) throw new ModelError("model_timeout", `The model sent nothing for ${Math.round(silenceMs / 1000)} seconds.`, { cause: error });
    throw toModelError(error);
  } finally {
    clearTimeout(timer);
  }
}

async function stream(call: ModelCall, signal: AbortSignal, heard: () => void): Promise<ModelAnswer> {
  const provider = createOpenAICompatible({ name: "platform", baseURL: env().MODEL_BASE_URL, apiKey: env().MODEL_API_KEY, includeUsage: true });
  const result = streamText({
    model: provider(call.model),
    instructions: call.instructions || undefined,
    prompt: call.input,
    maxOutputTokens: call.maxOutputTokens,
    maxRetries: 0,
    abortSignal: signal,
    // The error arrives in the stream below; the SDK's own handler would print it, request and all.
    onError: () => undefined,
  });
  let text = "";
  for await (const part of result.stream) {
    heard();
    if (part.type === "text-delta") {
      text += part.text;
      call.onText(part.text);
    } else if (part.type === "error") {
      throw part.error;
    } else if (part.type === "abort") {
      throw new DOMException("The call was aborted.", "AbortError");
    } else if (part.type === "finish") {
      if (part.finishReason === "error") throw new ModelError("model_invalid_response", "The model ended its answer with an error.");
      return { text, inputTokens: part.totalUsage.inputTokens ?? null, outputTokens: part.totalUsage.outputTokens ?? null, finishReason: part.finishReason };
    }
  }
  throw new ModelError("model_invalid_response", "The model's answer broke off before its end.");
}

function toModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const cause = withoutContents(error);
  if (APICallError.isInstance(error) && error.statusCode !== undefined) {
    const { statusCode } = error;
    if (statusCode === 429) return new ModelError("model_rate_limited", "The model endpoint is over its own rate limit.", { cause });
    if (statusCode >= 500) return new ModelError("model_unavailable", `The model endpoint failed with status ${statusCode}.`, { cause });
    if (statusCode === 401 || statusCode === 403) return new ModelError("model_unavailable", "The model endpoint refused the platform's key.", { cause });
    if (statusCode >= 400) return new ModelError("model_rejected", `The model endpoint refused the request with status ${statusCode}.`, { cause });
    return new ModelError("model_invalid_response", "The model endpoint sent an answer that could not be read.", { cause });
  }
  const name = error instanceof Error ? error.name : "";
  if (/TypeValidation|JSONParse|InvalidResponse|NoOutput|EmptyResponse/.test(name)) {
    return new ModelError("model_invalid_response", "The model endpoint sent an answer that could not be read.", { cause });
  }
  return new ModelError("model_unavailable", "The model endpoint could not be reached, or the connection broke.", { cause });
}

/** What may be logged of the SDK's error: which it was and why. Its own fields and message hold the request and the answer, which are the customer's. */
function withoutContents(error: unknown): Error {
  const status = APICallError.isInstance(error) ? error.statusCode : undefined;
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  const told = root === error ? [] : [root instanceof Error ? root.message : ""];
  return new Error([error instanceof Error ? error.name : typeof error, status, ...told].filter(Boolean).join(" "));
}
