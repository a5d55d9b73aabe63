import type { RatePolicy } from "@/lib/limits/policies";
import { msUntilFull, msUntilToken, tokensLeft, type Bucket } from "@/lib/limits/token-bucket";

/** One limit of a request, ready to be taken from: the bucket and what it is called. */
export type Limit = Bucket & { policy: RatePolicy; key: string };

/**
 * What a limit answered. `remaining` are whole tokens. `resetMs` counts from now: until the bucket is full, or, where it is
 * empty, until there is one token. `shared` is false while Redis is away and this process decides alone.
 */
export type LimitState = { policy: RatePolicy; quota: number; windowMs: number; allowed: boolean; remaining: number; resetMs: number; shared: boolean };

/** States of a request that took its token from each limit; `used` is what is missing from each bucket afterwards. */
export function takenStates(limits: readonly Limit[], used: readonly number[]): LimitState[] {
  return limits.map((limit, at) => toState(limit, used[at] ?? 0, true));
}

/** States of a request that was refused and took nothing: `allowed` where it would not have been this limit's fault. */
export function refusedStates(limits: readonly Limit[], used: readonly number[]): LimitState[] {
  return limits.map((limit, at) => toState(limit, used[at] ?? 0, tokensLeft(limit, used[at] ?? 0) > 0));
}

function toState(limit: Limit, used: number, allowed: boolean): LimitState {
  const { policy, quota, windowMs } = limit;
  return { policy, quota, windowMs, allowed, remaining: tokensLeft(limit, used), resetMs: msUntilToken(limit, used) || msUntilFull(limit, used), shared: true };
}

/** The limit that keeps a request out for longest, or null when none refused it. */
export function refusalAmong(states: readonly LimitState[]): LimitState | null {
  let longest: LimitState | null = null;
  for (const state of states) if (!state.allowed && (longest === null || state.resetMs > longest.resetMs)) longest = state;
  return longest;
}
