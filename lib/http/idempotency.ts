import { createHash } from "node:crypto";
import { AppError } from "@/lib/core/errors";
import { DAY_MS } from "@/lib/core/time";
import { withTenant, type Tx } from "@/lib/platform/db";
import type { Principal } from "@/lib/http/authenticate";
import { jsonResponse } from "@/lib/http/text-response";
import { claimIdempotencyKey, forgetIdempotencyKey, noteResource, storeAnswer } from "@/lib/http/repo";

/** A stream, and the record that stands for it: what is stored, and from which a replay opens the stream again. */
export class StreamedAnswer {
  constructor(
    readonly record: unknown,
    readonly response: Response,
  ) {}
}

type Guarded = {
  request: Request;
  raw: string;
  principal: Principal;
  status: number;
  /** Removes from a stored answer what must not be kept. */
  forReplay?: (answer: never) => unknown;
  /** Answers a repeated request that had asked for a stream, from the stored record. */
  replayStream?: (record: unknown) => Promise<Response>;
  /** Answers a repeated request from the id of what the first one made; null: that one may still answer by itself. */
  resume?: (resource: string) => Promise<unknown>;
};

/** Notes the id of what a request makes, in the transaction that makes it. */
export type NoteCreated = (tx: Tx, resource: string) => Promise<void>;

/** How long a stored answer is replayed. */
export const REPLAY_MS = DAY_MS;
/** After this long a request that never stored its answer is taken for dead, and the key may be used again. */
export const ABANDONED_MS = 15 * 60_000;

/**
 * Runs a POST once for its `Idempotency-Key`: a second one gets the stored answer, a different body under the same key
 * is refused, and one that comes while the first still runs is told so. Without the header the handler just runs.
 * An answer that failed is not stored: trying again is what the key is for. Of a stream its record is stored. A request
 * that noted what it made and then died with its process is answered with that by the next one, and not done again.
 * @throws AppError 409 or 422
 */
export async function withIdempotency(given: Guarded, run: (note: NoteCreated) => Promise<unknown>): Promise<Response> {
  const key = given.request.method === "POST" ? given.request.headers.get("idempotency-key") : null;
  if (key === null) return toResponse(await run(async () => undefined), given.status);
  if (key.length < 1 || key.length > 255) throw new AppError("bad_request", "An Idempotency-Key has 1 to 255 characters.", { param: "Idempotency-Key" });

  const tenantId = given.principal.tenant.id;
  const id = { tenantId, principalId: given.principal.id, key };
  const requestHash = hashOf(given.request, given.raw);
  const claim = await withTenant(tenantId, (tx) => claimIdempotencyKey(tx, id, requestHash, { replayMs: REPLAY_MS, abandonedMs: ABANDONED_MS }));
  if (claim.kind === "other_request") throw new AppError("idempotency_mismatch");
  if (claim.kind === "in_progress") throw new AppError("idempotency_in_progress", undefined, { retryAfterS: 1 });
  if (claim.kind === "stored") return replay(given, claim.body, claim.status);

  const note: NoteCreated = (tx, resource) => noteResource(tx, id, resource);
  const isRepeated = claim.kind === "begun";
  let answer: unknown;
  try {
    answer = isRepeated ? await given.resume?.(claim.resource) : await run(note);
  } catch (error) {
    await withTenant(tenantId, (tx) => forgetIdempotencyKey(tx, id));
    throw error;
  }
  if (isRepeated && (answer === null || answer === undefined)) throw new AppError("idempotency_in_progress", undefined, { retryAfterS: 1 });
  if (answer instanceof StreamedAnswer) {
    const { record } = answer;
    await withTenant(tenantId, (tx) => storeAnswer(tx, id, given.status, JSON.stringify({ streamed: record })));
    return answer.response;
  }
  // The handler's own schema typed the answer; here it is only carried.
  const kept = given.forReplay ? given.forReplay(answer as never) : answer;
  await withTenant(tenantId, (tx) => storeAnswer(tx, id, given.status, JSON.stringify(kept)));
  return toResponse(answer, given.status, isRepeated ? REPLAYED : {});
}

const REPLAYED = { "Idempotent-Replayed": "true" };

function hashOf(request: Request, raw: string): Uint8Array<ArrayBuffer> {
  const url = new URL(request.url);
  return new Uint8Array(createHash("sha256").update(`${request.method} ${url.pathname}\n${raw}`).digest());
}

function toResponse(answer: unknown, status: number, headers: Record<string, string> = {}): Response {
  if (answer instanceof StreamedAnswer) return answer.response;
  return jsonResponse(answer, status, { "Cache-Control": "no-store", ...headers });
}

async function replay(given: Guarded, body: string, status: number): Promise<Response> {
  const stored: unknown = JSON.parse(body);
  if (given.replayStream && typeof stored === "object" && stored !== null && "streamed" in stored) {
    return given.replayStream(stored.streamed);
  }
  return new Response(body, { status, headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...REPLAYED } });
}
