import { EventEmitter, once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Answer } from "./answer";
import type { Fault } from "./faults";

export interface StreamOptions {
  id: string;
  model: string;
  createdSeconds: number;
  includeUsage: boolean;
  chunkDelayMs: number;
  fault: Fault | null;
  /** Aborts when the client is gone. */
  signal: AbortSignal;
}

const SLOW_CHUNK_MS = 100;
/** Chunks sent before the faults that strike in mid-stream do. */
const CHUNKS_BEFORE_FAULT = 2;
/** About four words, or eight characters where words are not spaced. */
const CHUNK = /(?:\s*[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+){1,4}\s*|\s*\S{1,8}\s*|\s+/gu;

/** Cuts a text into the pieces it is streamed in; together they are the text. */
export function splitChunks(text: string): string[] {
  return text.match(CHUNK) ?? [];
}

/** Writes an answer as server-sent chat.completion.chunk events. Rejects when the client goes away. */
export async function streamAnswer(response: ServerResponse, answer: Answer, options: StreamOptions): Promise<void> {
  const { fault, signal } = options;
  const base = { id: options.id, object: "chat.completion.chunk", created: options.createdSeconds, model: options.model };
  const usage = options.includeUsage ? { usage: null } : {};
  const send = async (delta: object, finish: string | null = null): Promise<void> => {
    await write(response, { ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...usage }, signal);
  };
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-request-id": options.id,
    "x-accel-buffering": "no",
  });
  response.flushHeaders();
  await send({ role: "assistant", content: answer.text === null ? null : "" });
  const deltas = answer.text === null ? toolDeltas(answer) : splitChunks(answer.text).map((content) => ({ content }));
  for (const [sent, delta] of deltas.entries()) {
    if (sent === CHUNKS_BEFORE_FAULT && (await strike(response, fault, signal))) return;
    await delay(fault === "slow" ? SLOW_CHUNK_MS : options.chunkDelayMs, undefined, { signal });
    await send(delta);
  }
  if (deltas.length <= CHUNKS_BEFORE_FAULT && (await strike(response, fault, signal))) return;
  await send({}, answer.finish);
  if (options.includeUsage) await write(response, { ...base, choices: [], usage: answer.usage }, signal);
  response.end("data: [DONE]\n\n");
}

/** A call's name first, its arguments in two pieces, as models do. */
function toolDeltas(answer: Answer): object[] {
  return answer.toolCalls.flatMap((call, index) => {
    const middle = Math.ceil(call.arguments.length / 2);
    const piece = (text: string): object => ({ tool_calls: [{ index, function: { arguments: text } }] });
    return [
      { tool_calls: [{ index, id: call.id, type: "function", function: { name: call.name, arguments: "" } }] },
      piece(call.arguments.slice(0, middle)),
      piece(call.arguments.slice(middle)),
    ];
  });
}

/** Does what a mid-stream fault does; true when the stream is over. */
async function strike(response: ServerResponse, fault: Fault | null, signal: AbortSignal): Promise<boolean> {
  if (fault === "hang-mid") await hang(signal);
  if (fault === "cut") response.destroy();
  if (fault === "malformed") response.end('data: {"id":"chatcmpl-broken","choices":[{"delta":{"content":\n\ndata: [DONE]\n\n');
  return fault === "cut" || fault === "malformed";
}

/** Never resolves; rejects when the client goes away. */
export function hang(signal: AbortSignal): Promise<never> {
  return once(new EventEmitter(), "never", { signal }).then(() => hang(signal));
}

async function write(response: ServerResponse, chunk: object, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (response.write(`data: ${JSON.stringify(chunk)}\n\n`)) return;
  await once(response, "drain", { signal });
}
