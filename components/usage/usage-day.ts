/** What was used on one UTC day (`YYYY-MM-DD`). */
export type UsageDay = { date: string; value: number };

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** `2026-11-23` as `23 Nov`. */
export function dayLabel(date: string): string {
  return dayFormat.format(new Date(`${date}T00:00:00Z`));
}
