/** Moments as Unix seconds, months as the calendar in UTC has them. */

export const HOUR = 3_600;
export const DAY = 86_400;

/** The same day of a month `months` later (or earlier); the last day of it where there is none. */
export function addMonths(at: number, months: number, dayOfMonth?: number): number {
  const date = new Date(at * 1000);
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(dayOfMonth ?? date.getUTCDate(), last);
  return at - startOfDay(at) + Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), day) / 1000;
}

function startOfDay(at: number): number {
  const date = new Date(at * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) / 1000;
}

export interface Interval {
  interval: "day" | "week" | "month" | "year";
  interval_count: number;
}

/** The end of the period that begins at `start`, on the day that `anchor` gives. */
export function endOfPeriod(start: number, anchor: number, { interval, interval_count: count }: Interval): number {
  if (interval === "day" || interval === "week") return start + count * (interval === "day" ? DAY : 7 * DAY);
  const months = interval === "year" ? 12 * count : count;
  // Half a period on: a world that was moved across a short month keeps whole periods.
  const half = start + (months * 30 - 15) * DAY;
  const day = new Date(anchor * 1000).getUTCDate();
  const time = anchor - startOfDay(anchor);
  for (let ahead = 0; ; ahead++) {
    const month = addMonths(startOfDay(start) - (new Date(start * 1000).getUTCDate() - 1) * DAY, ahead, day);
    if (month + time > half) return month + time;
  }
}

/** A moment, moved back: months first, then days, then seconds, as PostgreSQL subtracts an interval. */
export function moveBack(at: number, by: { months: number; days: number; seconds: number }): number {
  return addMonths(at, -by.months) - by.days * DAY - by.seconds;
}

export function formatDay(at: number): string {
  return new Date(at * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}
