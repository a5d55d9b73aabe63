import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, jsonSchema, Output, streamText, tool, type ModelMessage, type ToolSet } from "ai";
import { parseCatalogue, type ModelInfo } from "@/lib/agents/models";
import type { Message, ToolCall, ToolChoice, ToolDefinition } from "@/lib/runs/context";
import { SECOND_MS } from "@/lib/core/time";
import { env } from "@/lib/platform/env";

/** Why a model call gave no answer, told apart by what a person can do about it. */
export type ModelFault = "model_unavailable" | "model_rejected" | "model_rate_limited" | "model_timeout" | "model_invalid_response";

/** A model call that failed. `message` is written for the customer; `cause` for the log. */
export class ModelError extends Error {
  /** How long the endpoint asked to be left alone, in milliseconds; null: it did not say. */
  readonly retryAfterMs: number | null;

  constructor(
    readonly fault: ModelFault,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | null } = {},
  ) {
    super(message, options);
    this.name = "ModelError";
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** Whether the same call may well succeed a little later. */
  get mayPass(): boolean {
    return this.fault === "model_rate_limited" || this.fault === "model_unavailable" || this.fault === "model_timeout";
  }
}

export type ModelCall = {
  model: string;
  instructions: string;
  messages: Message[];
  /** Tools that the model may call; it only asks, nothing is executed here. */
  tools?: ToolDefinition[];
  toolChoice?: ToolChoice;
  temperature?: number | null;
  /** A JSON Schema that the endpoint is to hold the answer to. Only for models that can. */
  outputSchema?: Record<string, unknown>;
  maxOutputTokens: number;
  signal: AbortSignal;
  onText: (text: string) => void;
};

/** What a finished call gave. Token counts are the endpoint's own; null where it did not tell. */
export type ModelAnswer = { text: string; toolCalls: ToolCall[]; inputTokens: number | null; outputTokens: number | null; finishReason: string };

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
  const provider = createOpenAICompatible({ name: "platform", baseURL: env().MODEL_BASE_URL, apiKey: env().MODEL_API_KEY, includeUsage: true, supportsStructuredOutputs: true });
  const result = streamText({
    model: provider(call.model),
    instructions: call.instructions || undefined,
    messages: toModelMessages(call.messages),
    allowSystemInMessages: true,
    tools: toToolSet(call.tools ?? []),
    toolChoice: toToolChoice(call),
    temperature: call.temperature ?? undefined,
    output: call.outputSchema ? Output.object({ schema: jsonSchema<unknown>(call.outputSchema) }) : undefined,
    maxOutputTokens: call.maxOutputTokens,
    maxRetries: 0,
    abortSignal: signal,
    // The error arrives in the stream below; the SDK's own handler would print it, request and all.
    onError: () => undefined,
  });
  let text = "";
  const toolCalls: ToolCall[] = [];
  for await (const part of result.stream) {
    heard();
    if (part.type === "text-delta") {
      text += part.text;
      call.onText(part.text);
    } else if (part.type === "tool-call") {
      // What the model wrote is no JSON: it comes as it is, and the call is answered with that.
      toolCalls.push({ id: part.toolCallId, name: part.toolName, arguments: typeof part.input === "string" ? part.input : JSON.stringify(part.input) });
    } else if (part.type === "error") {
      throw part.error;
    } else if (part.type === "abort") {
      throw new DOMException("The call was aborted.", "AbortError");
    } else if (part.type === "finish") {
      if (part.finishReason === "error") throw new ModelError("model_invalid_response", "The model ended its answer with an error.");
      return { text, toolCalls, inputTokens: part.totalUsage.inputTokens ?? null, outputTokens: part.totalUsage.outputTokens ?? null, finishReason: part.finishReason };
    }
  }
  throw new ModelError("model_invalid_response", "The model's answer broke off before its end.");
}

function toToolSet(tools: ToolDefinition[]): ToolSet | undefined {
  if (tools.length === 0) return undefined;
  return Object.fromEntries(tools.map(({ name, description, inputSchema }) => [name, tool({ description, inputSchema: jsonSchema<unknown>(inputSchema) })]));
}

function toToolChoice({ tools, toolChoice }: ModelCall): "auto" | "none" | "required" | { type: "tool"; toolName: string } | undefined {
  if (!tools?.length || toolChoice === undefined) return undefined;
  return typeof toolChoice === "string" ? toolChoice : { type: "tool", toolName: toolChoice.name };
}

function toModelMessages(messages: Message[]): ModelMessage[] {
  const names = new Map<string, string>();
  return messages.map((message): ModelMessage => {
    if (message.role === "system" || message.role === "user") return message;
    if (message.role === "tool") {
      return { role: "tool", content: [{ type: "tool-result", toolCallId: message.tool_call_id, toolName: names.get(message.tool_call_id) ?? "tool", output: { type: "text", value: message.content } }] };
    }
    for (const call of message.tool_calls) names.set(call.id, call.name);
    return {
      role: "assistant",
      content: [
        ...(message.content === "" ? [] : [{ type: "text" as const, text: message.content }]),
        ...message.tool_calls.map((call) => ({ type: "tool-call" as const, toolCallId: call.id, toolName: call.name, input: parseArguments(call.arguments) })),
      ],
    };
  });
}

function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // As the model wrote it.
    return text;
  }
}

function toModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const cause = withoutContents(error);
  if (APICallError.isInstance(error) && error.statusCode !== undefined) {
    const { statusCode } = error;
    const retryAfterMs = readRetryAfter(error.responseHeaders?.["retry-after"]);
    if (statusCode === 429) return new ModelError("model_rate_limited", "The model endpoint is over its own rate limit.", { cause, retryAfterMs });
    if (statusCode >= 500) return new ModelError("model_unavailable", `The model endpoint failed with status ${statusCode}.`, { cause, retryAfterMs });
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

/** `Retry-After` in milliseconds: it is in seconds, or a date. */
function readRetryAfter(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * SECOND_MS : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** What may be logged of the SDK's error: which it was and why. Its own fields and message hold the request and the answer, which are the customer's. */
function withoutContents(error: unknown): Error {
  const status = APICallError.isInstance(error) ? error.statusCode : undefined;
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  const told = root === error ? [] : [root instanceof Error ? root.message : ""];
  return new Error([error instanceof Error ? error.name : typeof error, status, ...told].filter(Boolean).join(" "));
}
