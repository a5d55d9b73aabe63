/** What was used on one UTC day (`YYYY-MM-DD`). */
export type UsageDay = { date: string; value: number };

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** `2026-11-23` as `23 Nov`. */
export function dayLabel(date: string): string {
  return dayFormat.format(new Date(`${date}T00:00:00Z`));
}

/** The days, each with what was used before it and up to its end, counted from the first. */
export function withRunningTotals(days: readonly UsageDay[]): (UsageDay & { before: number; soFar: number })[] {
  let sum = 0;
  return days.map((day) => {
    const before = sum;
    sum += day.value;
    return { ...day, before, soFar: sum };
  });
}
