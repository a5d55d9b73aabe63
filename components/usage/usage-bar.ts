/**
 * What was used in one hour (`2026-11-24T05:00:00Z`), on one day (`2026-11-24`) or in one month (`2026-11`), all of them UTC's.
 * `future`: it has not begun, so it is drawn as room and counted nowhere.
 */
export type UsageBar = { date: string; value: number; future?: boolean };

/** What a bar stands for. */
export type BarLength = "hour" | "day" | "month";

const options = { timeZone: "UTC" } as const;
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", ...options });
const monthFormat = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", ...options });

/** `2026-11-24T05:00:00Z` as `05:00`, `2026-11-24` as `24 Nov`, `2026-11` as `Nov 2026`. */
export function barLabel(date: string): string {
  if (date.length > 10) return date.slice(11, 16);
  return (date.length === 7 ? monthFormat : dayFormat).format(new Date(date));
}

/** What has begun. */
export function begun<Bar extends UsageBar>(bars: readonly Bar[]): Bar[] {
  return bars.filter((bar) => !bar.future);
}

/** The bars, each with what was used before it and up to its end, counted from the first. */
export function withRunningTotals(bars: readonly UsageBar[]): (UsageBar & { before: number; soFar: number })[] {
  let sum = 0;
  return bars.map((bar) => {
    const before = sum;
    sum += bar.value;
    return { ...bar, before, soFar: sum };
  });
}
