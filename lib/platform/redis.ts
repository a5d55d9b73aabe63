import { Redis } from "@upstash/redis";
import { createBreaker } from "@/lib/core/breaker";
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

/** How long nobody waits for a Redis that has failed several times, before one question tries again. */
export const BREAKER_OPEN_MS = 2_000;
const throughBreaker = createBreaker({ failures: 3, openMs: BREAKER_OPEN_MS });

/**
 * Asks Redis, or fails at once while the breaker is open: after a few failures in a row nobody waits for it any more,
 * until one question in two seconds finds it back.
 * @throws when Redis fails, or has just failed several times
 */
export function askRedis<T>(ask: (client: Redis) => Promise<T>): Promise<T> {
  return throughBreaker(() => ask(redis()));
}

/** Milliseconds that Redis took to answer. @throws when it does not */
export async function pingRedis(): Promise<number> {
  const began = performance.now();
  await redis().ping();
  return performance.now() - began;
}
