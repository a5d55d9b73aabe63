import type { LimitState } from "@/lib/limits/state";

/**
 * `RateLimit-Policy` and `RateLimit` (IETF draft, structured fields) for the limits that a request took from. `t` is when
 * all of the quota is there again; of a limit with nothing left, when one more is, as in `Retry-After`.
 */
export function rateLimitHeaders(states: readonly LimitState[]): Record<string, string> {
  let policies = "";
  let remaining = "";
  for (const { policy, quota, windowMs, remaining: left, resetMs } of states) {
    const comma = policies === "" ? "" : ", ";
    policies += `${comma}"${policy}";q=${quota};w=${Math.round(windowMs / 1000)}`;
    remaining += `${comma}"${policy}";r=${left};t=${Math.ceil(resetMs / 1000)}`;
  }
  return policies === "" ? {} : { "RateLimit-Policy": policies, RateLimit: remaining };
}

/** Seconds after which a refused request may come again; at least one. */
export function retryAfterSeconds(refused: LimitState): number {
  return Math.max(1, Math.ceil(refused.resetMs / 1000));
}
