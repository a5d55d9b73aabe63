import { formatCount } from "@/lib/core/format";
import { type OutboundError } from "@/lib/platform/outbound/error";

/** What came of calling a tool. `content` is written for a model to read; `status` is the server's, where it answered over HTTP. */
export type Outcome = { ok: boolean; content: string; status: number | null };

export type CallOptions = {
  /** Its reason is the one thing that a call rejects with. */
  signal: AbortSignal;
  /** The same for every repetition of one call. */
  idempotencyKey: string;
};

export function failed(content: string, status: number | null = null): Outcome {
  return { ok: false, content, status };
}

/** What is told of a request that the outbound guard ended. */
export function guardFailure(error: OutboundError, maxAnswerBytes: number): Outcome {
  return failed(error.reason === "too_large" ? `The answer is larger than the ${formatCount(maxAnswerBytes)} bytes that this tool may return. Ask for less.` : error.message);
}

/** Text that can be stored: PostgreSQL keeps no NUL and no half of a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}
