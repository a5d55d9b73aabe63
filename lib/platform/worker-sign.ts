/**
 * The sign by which web processes know that somebody executes runs: written where the work is done, and gone a while after it is not. One for all
 * workers: where one of several hangs, the others go on, and its own heartbeat says so.
 */
import { SECOND_MS } from "@/lib/core/time";
import { askRedis, redis } from "@/lib/platform/redis";

const SIGN = "worker:progress";
const LASTS_S = 30;
/** How long after its last turn a worker counts as hanging. A claim that waits for a slow database is far below. */
export const HANGS_AFTER_MS = 45 * SECOND_MS;

/** Renews the sign. @throws when Redis fails */
export async function leaveWorkerSign(): Promise<void> {
  await askRedis((client) => client.set(SIGN, Date.now(), { ex: LASTS_S }));
}

/** Milliseconds that it took to find the sign. @throws when there is none, or Redis does not answer */
export async function findWorkerSign(): Promise<number> {
  const began = performance.now();
  if ((await redis().get(SIGN)) === null) throw new Error("no worker has taken a turn for a while");
  return performance.now() - began;
}
