import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, jsonSchema, Output, streamText, tool, type ModelMessage, type ToolSet } from "ai";
import { parseCatalogue, type ModelInfo } from "@/lib/agents/models";
import type { Message, ToolCall, ToolChoice, ToolDefinition } from "@/lib/runs/context";
import { SECOND_MS } from "@/lib/core/time";
import { env } from "@/lib/platform/env";
import { OutboundError, type OutboundReason } from "@/lib/platform/outbound/error";
import { guardedFetch } from "@/lib/platform/outbound/outbound";

/** Why a model call gave no answer, told apart by what a person can do about it. */
export type ModelFault = "model_unavailable" | "model_rejected" | "model_rate_limited" | "model_timeout" | "model_invalid_response";

/** A model call that failed. `message` is written for the customer; `cause` for the log. */
export class ModelError extends Error {
  /** How long the endpoint asked to be left alone, in milliseconds; null: it did not say. */
  readonly retryAfterMs: number | null;
  /** Whether it was the tenant's own endpoint that failed, and not the platform's. */
  readonly ofTenant: boolean;

  constructor(
    readonly fault: ModelFault,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | null; ofTenant?: boolean } = {},
  ) {
    super(message, options);
    this.name = "ModelError";
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.ofTenant = options.ofTenant ?? false;
  }

  /** Whether the same call may well succeed a little later. */
  get mayPass(): boolean {
    return this.fault === "model_rate_limited" || this.fault === "model_unavailable" || this.fault === "model_timeout";
  }
}

/** An OpenAI-compatible endpoint of a tenant's choice, with the tenant's own key. */
export type ModelEndpoint = {
  baseUrl: string;
  apiKey: string;
  /** The endpoint's own name for the model. */
  model: string;
  /** Called before each request, to count it or to refuse by throwing an OutboundError. */
  before: () => Promise<void>;
};

export type ModelCall = {
  model: string;
  /** Where to; null or left out: the platform's endpoint. */
  endpoint?: ModelEndpoint | null;
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

/** Of one answer of a tenant's endpoint. */
const MAX_ANSWER_BYTES = 33_554_432;
/** More than any model reads or writes in one call; what a tenant's endpoint counts beyond is made up. */
const MOST_TOKENS = 10_000_000;

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
    return await stream(call, AbortSignal.any([call.signal, silence.signal]), heard, silenceMs);
  } catch (error) {
    if (call.signal.aborted) throw call.signal.reason;
    const ofTenant = Boolean(call.endpoint);
    if (silence.signal.aborted) throw new ModelError("model_timeout", `The model sent nothing for ${Math.round(silenceMs / 1000)} seconds.`, { cause: ofTenant ? undefined : error, ofTenant });
    throw ofTenant ? toTenantError(error) : toModelError(error);
  } finally {
    clearTimeout(timer);
  }
}

function providerOf(endpoint: ModelEndpoint | null | undefined, timeoutMs: number): ReturnType<typeof createOpenAICompatible> {
  const manners = { includeUsage: true, supportsStructuredOutputs: true };
  if (!endpoint) return createOpenAICompatible({ name: "platform", baseURL: env().MODEL_BASE_URL, apiKey: env().MODEL_API_KEY, ...manners });
  // A redirect would take the conversation to an address that nobody named.
  const fetch = guardedFetch({ timeoutMs, maxBytes: MAX_ANSWER_BYTES, maxRedirects: 0, before: endpoint.before });
  return createOpenAICompatible({ name: "tenant", baseURL: endpoint.baseUrl, apiKey: endpoint.apiKey, fetch, ...manners });
}

async function stream(call: ModelCall, signal: AbortSignal, heard: () => void, timeoutMs: number): Promise<ModelAnswer> {
  const provider = providerOf(call.endpoint, timeoutMs);
  const result = streamText({
    model: provider(call.endpoint?.model ?? call.model),
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
  /** The first half of a character whose second half has not come. */
  let half = "";
  const say = (piece: string): void => {
    if (piece === "") return;
    text += piece;
    call.onText(piece);
  };
  const toolCalls: ToolCall[] = [];
  for await (const part of result.stream) {
    heard();
    if (part.type === "text-delta") {
      const piece = half + part.text;
      half = /[\uD800-\uDBFF]$/.test(piece) ? piece.slice(-1) : "";
      say(piece.slice(0, piece.length - half.length).toWellFormed());
    } else if (part.type === "tool-call") {
      // What the model wrote is no JSON: it comes as it is, and the call is answered with that.
      toolCalls.push({ id: storable(part.toolCallId), name: storable(part.toolName), arguments: (typeof part.input === "string" ? part.input : JSON.stringify(part.input)).toWellFormed() });
    } else if (part.type === "error") {
      throw part.error;
    } else if (part.type === "abort") {
      throw new DOMException("The call was aborted.", "AbortError");
    } else if (part.type === "finish") {
      if (part.finishReason === "error") throw new ModelError("model_invalid_response", "The model ended its answer with an error.");
      say(half.toWellFormed());
      const { inputTokens, outputTokens } = part.totalUsage;
      return { text, toolCalls, inputTokens: countOf(inputTokens), outputTokens: countOf(outputTokens), finishReason: part.finishReason };
    }
  }
  throw new ModelError("model_invalid_response", "The model's answer broke off before its end.");
}

/** A count that can be one. */
function countOf(tokens: number | undefined): number | null {
  return tokens !== undefined && Number.isInteger(tokens) && tokens >= 0 && tokens <= MOST_TOKENS ? tokens : null;
}

/** What PostgreSQL can store. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "");
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

/** What may pass by itself; every other reason of the guard is a refusal. */
const GUARD_FAULTS: Partial<Record<OutboundReason, ModelFault>> = { timeout: "model_timeout", connection_failed: "model_unavailable", dns_failed: "model_unavailable", egress_limited: "model_rate_limited" };

/** As `toModelError`, of a tenant's own endpoint. Nothing that came from there is in it: what refuses a key may repeat it. */
function toTenantError(error: unknown): ModelError {
  const refusal = outboundErrorIn(error);
  if (refusal) {
    const fault = GUARD_FAULTS[refusal.reason] ?? "model_rejected";
    return new ModelError(fault, `No answer came from the workspace's own model endpoint. ${refusal.message}`, { cause: new Error(`OutboundError ${refusal.reason}`), ofTenant: true });
  }
  const { fault, message, retryAfterMs } = toModelError(error);
  const status = APICallError.isInstance(error) ? error.statusCode : undefined;
  const cause = new Error([error instanceof Error ? error.name : typeof error, status].filter(Boolean).join(" "));
  if (status === 401 || status === 403) return new ModelError("model_rejected", `The endpoint refused the workspace's own key with status ${status}. Change it under the model keys.`, { cause, ofTenant: true });
  return new ModelError(fault, message, { cause, retryAfterMs, ofTenant: true });
}

function outboundErrorIn(error: unknown): OutboundError | null {
  for (let one = error; one instanceof Error; one = one.cause) if (one instanceof OutboundError) return one;
  return null;
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
