import { Redis } from "@upstash/redis";
import { edgeEnv } from "@/lib/platform/env";

let client: Redis | undefined;

/**
 * Redis over HTTP, from the edge as well as from Node. Commands issued in the same tick share one round trip.
 * A slow answer is worth less than none here, so every request gives up after half a second and is not repeated.
 */
export function redis(): Redis {
  return (client ??= new Redis({
    url: edgeEnv().UPSTASH_REDIS_REST_URL,
    token: edgeEnv().UPSTASH_REDIS_REST_TOKEN,
    enableAutoPipelining: true,
    enableTelemetry: false,
    responseEncoding: false,
    retry: false,
    signal: () => AbortSignal.timeout(500),
  }));
}

const BREAKER_FAILURES = 3;
export const BREAKER_OPEN_MS = 2_000;
let failures = 0;
let openUntil = 0;

/**
 * Asks Redis, or fails at once while the breaker is open: after a few failures in a row nobody waits for it any more,
 * until one question in two seconds finds it back.
 * @throws when Redis fails, or has just failed several times
 */
export async function askRedis<T>(ask: (client: Redis) => Promise<T>): Promise<T> {
  if (Date.now() < openUntil) throw new Error("Redis is away; the breaker is open.");
  try {
    const answer = await ask(redis());
    failures = 0;
    return answer;
  } catch (error) {
    failures += 1;
    if (failures >= BREAKER_FAILURES) openUntil = Date.now() + BREAKER_OPEN_MS;
    throw error;
  }
}

/** Milliseconds that Redis took to answer. @throws when it does not */
export async function pingRedis(): Promise<number> {
  const began = performance.now();
  await redis().ping();
  return performance.now() - began;
}
