import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/core/time";

/** Waits between attempts of one delivery: close together at first, about a day in all. */
const DELAYS_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 6 * HOUR_MS, 10 * HOUR_MS] as const;
/** Part of a wait by which it is longer or shorter, so that what failed together does not come back together. */
const JITTER = 0.1;

/** Attempts before a delivery is given up, the first one included. */
export const MOST_TRIES = DELAYS_MS.length + 1;
/** An endpoint of which every attempt failed for this long is disabled. */
export const FAILING_DAYS = 3;

/**
 * Milliseconds until the next attempt, after this many have failed; null: it is given up.
 * @param random between 0 and 1
 */
export function retryDelayMs(tries: number, random: number = Math.random()): number | null {
  const delay = DELAYS_MS[tries - 1];
  return delay === undefined ? null : Math.round(delay * (1 + JITTER * (2 * random - 1)));
}

/** What becomes of a delivery by the answer that an attempt got; null: it got none. */
export function outcomeOf(statusCode: number | null): "succeeded" | "gone" | "failed" {
  if (statusCode !== null && statusCode >= 200 && statusCode <= 299) return "succeeded";
  return statusCode === 410 ? "gone" : "failed";
}

/** True when an endpoint that fails since `failingSince` (milliseconds) has failed for too long. */
export function hasFailedTooLong(failingSince: number, now: number): boolean {
  return now - failingSince >= FAILING_DAYS * DAY_MS;
}
