import { Ratelimit } from "@upstash/ratelimit";
import { createBatcher } from "@/lib/core/batch";
import { askRedis, BREAKER_OPEN_MS, redis } from "@/lib/platform/redis";
import { FAIL_CLOSED, RATE_POLICIES, type RatePolicy } from "@/lib/limits/policies";

/** One limit to take from: `quota` overrides the policy's own (a plan's number). */
export type LimitCheck = { policy: RatePolicy; subject: string; quota?: number };

/** What a limit answered. `resetMs` counts from now. `shared` is false while Redis is away and this process decides alone. */
export type LimitState = { policy: RatePolicy; quota: number; windowMs: number; allowed: boolean; remaining: number; resetMs: number; shared: boolean };

const limiters = new Map<string, Ratelimit>();

/** More would make one pipeline slow for everybody in it. */
const MOST_IN_ONE = 256;

/** Commands issued in one turn of the event loop share a round trip; so all that waits is asked in one turn. */
const takeTogether = createBatcher<LimitCheck[], LimitState[]>(
  (requests) => askRedis(() => Promise.all(requests.map((checks) => Promise.all(checks.map(takeShared))))),
  MOST_IN_ONE,
);

/**
 * Takes one from each limit. Requests in flight at the same moment share a round trip. Falls back to this process's own
 * count when Redis is away.
 */
export async function takeLimits(checks: LimitCheck[]): Promise<LimitState[]> {
  try {
    return await takeTogether(checks);
  } catch {
    // Which fault it was is told by `/api/ready`, which asks Redis itself; a line for every request would drown the log.
    return checks.map(takeLocally);
  }
}

async function takeShared(check: LimitCheck): Promise<LimitState> {
  const { policy, quota, windowMs } = resolve(check);
  const result = await limiterFor(policy, quota, windowMs).limit(check.subject);
  return { policy, quota, windowMs, allowed: result.success, remaining: Math.max(0, result.remaining), resetMs: Math.max(0, result.reset - Date.now()), shared: true };
}

function resolve(check: LimitCheck): { policy: RatePolicy; quota: number; windowMs: number } {
  const { quota, windowMs } = RATE_POLICIES[check.policy];
  const effective = check.quota ?? quota;
  if (effective === null) throw new Error(`Policy ${check.policy} needs the plan's quota.`);
  return { policy: check.policy, quota: effective, windowMs };
}

function limiterFor(policy: RatePolicy, quota: number, windowMs: number): Ratelimit {
  const name = `${policy}:${quota}`;
  let limiter = limiters.get(name);
  if (!limiter) {
    limiter = new Ratelimit({
      redis: redis(),
      // The token bucket is exact; the sliding window lets a few more through just past a window's edge.
      limiter: Ratelimit.tokenBucket(quota, `${windowMs} ms`, quota),
      prefix: `limit:${policy}`,
      ephemeralCache: false,
      timeout: 0,
    });
    limiters.set(name, limiter);
  }
  return limiter;
}

const LOCAL_SIZE = 10_000;
const windows = new Map<string, { startedAt: number; taken: number }>();

function takeLocally(check: LimitCheck): LimitState {
  const { policy, quota, windowMs } = resolve(check);
  const now = Date.now();
  const id = `${policy}:${check.subject}`;
  let window = windows.get(id);
  if (!window || now - window.startedAt >= windowMs) {
    if (windows.size >= LOCAL_SIZE) windows.clear();
    window = { startedAt: now, taken: 0 };
    windows.set(id, window);
  }
  const resetMs = window.startedAt + windowMs - now;
  if (FAIL_CLOSED.has(policy)) return { policy, quota, windowMs, allowed: false, remaining: 0, resetMs: BREAKER_OPEN_MS, shared: false };
  const allowed = window.taken < quota;
  if (allowed) window.taken += 1;
  return { policy, quota, windowMs, allowed, remaining: quota - window.taken, resetMs, shared: false };
}
