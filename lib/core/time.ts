/** Durations in milliseconds, for readable constants. */
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The UTC calendar day of an instant, as `YYYY-MM-DD`. */
export function utcDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Every UTC day from the one that holds `from` to the one that holds `to`, both included, as `YYYY-MM-DD`. */
export function utcDaysBetween(from: Date, to: Date): string[] {
  const days: string[] = [];
  const last = utcDay(to);
  for (let at = Date.parse(`${utcDay(from)}T00:00:00Z`); ; at += DAY_MS) {
    const day = utcDay(new Date(at));
    if (day > last) return days;
    days.push(day);
  }
}
