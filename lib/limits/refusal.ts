import { AppError } from "@/lib/core/errors";
import { HOUR_MS, MINUTE_MS } from "@/lib/core/time";
import { retryAfterSeconds } from "@/lib/limits/headers";
import { FAIL_CLOSED, RATE_POLICIES } from "@/lib/limits/policies";
import { refusalAmong, type LimitState } from "@/lib/limits/state";

/** The error for a request that one of its limits refused, or null. It names the policy, and says it in words. */
export function refusalOf(states: readonly LimitState[]): AppError | null {
  const refused = refusalAmong(states);
  if (!refused) return null;
  const { policy, quota, windowMs } = refused;
  const retryAfterS = retryAfterSeconds(refused);
  if (isUndecided(refused)) {
    // Nobody asked too often: we cannot tell, and what guards an account does not guess.
    return new AppError("unavailable", `The limit on ${RATE_POLICIES[policy].counts} cannot be checked for the moment. Nothing was changed. Try again in ${inWords(retryAfterS)}.`, { param: policy, retryAfterS });
  }
  // The code of this policy is `tenant`; people read of workspaces, and its words say whose limit it is.
  const limit = policy === "tenant" ? "The limit" : `The limit \`${policy}\``;
  const message = `Too many requests. ${limit} is ${quota} ${RATE_POLICIES[policy].counts} in ${windowInWords(windowMs)}. Try again in ${inWords(retryAfterS)}.`;
  return new AppError("rate_limited", message, { param: policy, retryAfterS });
}

/** True when the limit refused only because Redis is away. */
export function isUndecided({ policy, shared }: LimitState): boolean {
  return !shared && FAIL_CLOSED.has(policy);
}

/** "a second", "40 seconds", "2 minutes". */
export function inWords(seconds: number): string {
  if (seconds <= 90) return seconds === 1 ? "a second" : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

function windowInWords(windowMs: number): string {
  if (windowMs === MINUTE_MS) return "a minute";
  return windowMs === HOUR_MS ? "an hour" : `${Math.round(windowMs / MINUTE_MS)} minutes`;
}
