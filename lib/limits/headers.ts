import type { LimitState } from "@/lib/limits/limiter";

/** `RateLimit-Policy` and `RateLimit` (IETF draft, structured fields) for the limits that a request took from. */
export function rateLimitHeaders(states: LimitState[]): Record<string, string> {
  if (states.length === 0) return {};
  return {
    "RateLimit-Policy": states.map((s) => `"${s.policy}";q=${s.quota};w=${Math.round(s.windowMs / 1000)}`).join(", "),
    RateLimit: states.map((s) => `"${s.policy}";r=${s.remaining};t=${Math.ceil(s.resetMs / 1000)}`).join(", "),
  };
}

/** Seconds after which a refused request may come again; at least one. */
export function retryAfterSeconds(refused: LimitState): number {
  return Math.max(1, Math.ceil(refused.resetMs / 1000));
}
