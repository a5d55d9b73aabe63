import { LruMap } from "@/lib/core/lru-map";
import { BREAKER_OPEN_MS } from "@/lib/platform/redis";
import { FAIL_CLOSED, type RatePolicy } from "@/lib/limits/policies";
import { refusedStates, takenStates, type Limit, type LimitState } from "@/lib/limits/state";
import { tokensLeft, usedAt, type Level } from "@/lib/limits/token-bucket";

/** Buckets of one policy. Each policy has its own room, so that a flood of addresses cannot push the tenants' buckets out. */
const MOST_BUCKETS = 10_000;

type Options = {
  /** Web processes that share the load: each enforces its part of every quota, so that together they give no more than it. */
  processes: number;
  /** Whole milliseconds of a clock that does not go back. */
  now?: () => number;
  mostBuckets?: number;
};

/**
 * The limits of this process alone, for as long as Redis is away: the same rule over the same buckets, in memory. How many
 * processes there are is only known where one machine runs them; elsewhere each enforces the whole quota, because refusing
 * what was paid for would be the worse mistake. Policies that guard an account refuse, because their count must be one.
 */
export function createLocalLimiter({ processes, now = () => Math.floor(performance.now()), mostBuckets = MOST_BUCKETS }: Options): (limits: readonly Limit[]) => LimitState[] {
  const rooms = new Map<RatePolicy, LruMap<string, Level>>();
  const roomOf = (policy: RatePolicy): LruMap<string, Level> => {
    let room = rooms.get(policy);
    if (!room) rooms.set(policy, (room = new LruMap(mostBuckets)));
    return room;
  };

  return (limits) => {
    const closed = limits.some(({ policy }) => FAIL_CLOSED.has(policy));
    if (closed) return limits.map(toClosedState);
    const at = now();
    const parts = limits.map((limit) => ({ ...limit, quota: partOf(limit.quota, processes) }));
    const used = parts.map((part) => usedAt(part, roomOf(part.policy).get(part.key), at));
    const granted = parts.every((part, index) => tokensLeft(part, used[index] ?? 0) > 0);
    const after = granted ? parts.map((part, index) => (used[index] ?? 0) + part.windowMs) : used;
    if (granted) parts.forEach((part, index) => roomOf(part.policy).set(part.key, { used: after[index] ?? 0, at }));
    const states = granted ? takenStates(parts, after) : refusedStates(parts, after);
    // The policy that is told is the one that is in force when all is well.
    return states.map((state, index) => ({ ...state, quota: limits[index]?.quota ?? state.quota, shared: false }));
  };
}

function partOf(quota: number, processes: number): number {
  return quota === 0 ? 0 : Math.max(1, Math.floor(quota / processes));
}

function toClosedState({ policy, quota, windowMs }: Limit): LimitState {
  const allowed = !FAIL_CLOSED.has(policy);
  return { policy, quota, windowMs, allowed, remaining: 0, resetMs: BREAKER_OPEN_MS, shared: false };
}
