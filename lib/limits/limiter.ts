import { createBatcher } from "@/lib/core/batch";
import { edgeEnv } from "@/lib/platform/env";
import { askRedis } from "@/lib/platform/redis";
import { createLocalLimiter } from "@/lib/limits/local-limiter";
import { RATE_POLICIES, type RatePolicy } from "@/lib/limits/policies";
import { takeShared, type ScriptRedis } from "@/lib/limits/shared-limiter";
import type { Limit, LimitState } from "@/lib/limits/state";
import { bucketKey } from "@/lib/limits/subject";

/** One limit to take from: `quota` overrides the policy's own (a plan's number). */
export type LimitCheck = { policy: RatePolicy; subject: string; quota?: number };

type Ask = <T>(ask: (redis: ScriptRedis) => Promise<T>) => Promise<T>;
export type Limiter = (checks: readonly LimitCheck[]) => Promise<LimitState[]>;

/** More would keep Redis from everybody else for too long. */
const MOST_IN_ONE = 256;
/** Beyond any plan, and small enough that a bucket is counted exactly. */
const MOST_QUOTA = 1_000_000_000;

/** Makes a limiter over one Redis. The application has one, `takeLimits`; tests have several, as there are several processes. */
export function createLimiter(ask: Ask, takeLocally: (limits: readonly Limit[]) => LimitState[]): Limiter {
  const takeTogether = createBatcher<readonly Limit[], LimitState[]>((requests) => ask((redis) => takeShared(redis, requests)), MOST_IN_ONE);
  return async (checks) => {
    if (checks.length === 0) return [];
    const keys = checks.map(({ policy, subject }) => bucketKey(policy, RATE_POLICIES[policy].per, subject));
    const limits: Limit[] = [];
    for (const [at, check] of checks.entries()) {
      const key = keys[at] ?? "";
      limits.push(toLimit(check, typeof key === "string" ? key : await key));
    }
    try {
      return await takeTogether(limits);
    } catch {
      // Which fault it was is told by `/api/ready`, which asks Redis itself; a line for every request would drown the log.
      return takeLocally(limits);
    }
  };
}

let limiter: Limiter | undefined;

/**
 * Takes one from each limit, or, when one of them refuses, from none. Requests in flight at the same moment share a
 * round trip. Falls back to this process's own count when Redis is away.
 */
export function takeLimits(checks: readonly LimitCheck[]): Promise<LimitState[]> {
  limiter ??= createLimiter(askRedis, createLocalLimiter({ processes: edgeEnv().WEB_PROCESSES }));
  return limiter(checks);
}

function toLimit({ policy, quota: given }: LimitCheck, key: string): Limit {
  const { quota: fixed, windowMs } = RATE_POLICIES[policy];
  const quota = given ?? fixed;
  if (quota === null) throw new Error(`Policy ${policy} needs the plan's quota.`);
  return { policy, key, windowMs, quota: Math.max(0, Math.min(MOST_QUOTA, Math.floor(quota))) };
}
