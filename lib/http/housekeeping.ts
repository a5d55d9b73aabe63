import { callFunction } from "@/lib/platform/db";
import { REPLAY_MS } from "@/lib/http/idempotency";

const MOST = 10_000;

/** Deletes stored answers that are no longer replayed, of every tenant. Returns how many. */
export async function purgeIdempotencyKeys(): Promise<number> {
  const rows = await callFunction<{ gone: number }>("purge_idempotency_keys", "SELECT purge_idempotency_keys($1, $2) AS gone", [new Date(Date.now() - REPLAY_MS), MOST]);
  return rows[0]?.gone ?? 0;
}
