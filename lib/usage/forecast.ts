import { DAY_MS } from "@/lib/core/time";

export type ForecastInput = {
  /** Used in this period so far, in the meter's own unit: milliseconds, calls or micro-dollars. */
  used: number;
  /** Where the platform refuses, in the same unit. */
  cap: number;
  periodStart: Date;
  periodEnd: Date;
  now: Date;
  /** Use of the last whole UTC days, oldest first, a day without use as 0. Days before the period count too: habits know no billing period. */
  recentDaily?: readonly number[];
};

const RECENT_DAYS = 7;
/** Fewer days than this are an accident, not a habit. */
const LEAST_DAYS = 3;

/**
 * When the cap is reached if use goes on at its present pace: the mean of the last seven whole days, or, where fewer than
 * three of them are known, that of the period so far, taken over at least a day, so that the first busy hour does not cry wolf.
 * Null when there is no use, when the period ends first, and when the cap is reached already.
 */
export function forecastCap({ used, cap, periodStart, periodEnd, now, recentDaily = [] }: ForecastInput): { reachesAt: Date | null } {
  const days = recentDaily.slice(-RECENT_DAYS);
  const elapsedDays = Math.max(1, (now.getTime() - periodStart.getTime()) / DAY_MS);
  const perDay = days.length >= LEAST_DAYS ? days.reduce((sum, day) => sum + day, 0) / days.length : used / elapsedDays;
  if (used >= cap || perDay <= 0) return { reachesAt: null };
  const at = now.getTime() + ((cap - used) / perDay) * DAY_MS;
  return { reachesAt: at < periodEnd.getTime() ? new Date(at) : null };
}
