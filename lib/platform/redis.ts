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

/** Milliseconds that Redis took to answer. @throws when it does not */
export async function pingRedis(): Promise<number> {
  const began = performance.now();
  await redis().ping();
  return performance.now() - began;
}
