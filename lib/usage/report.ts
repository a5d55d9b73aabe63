import { withTenant } from "@/lib/platform/db";
import { DAY_MS, utcDay } from "@/lib/core/time";
import { findPeriodBefore } from "@/lib/usage/repo";
import { nothing } from "@/lib/usage/quantities";
import { getUsages, type UsageQuestion } from "@/lib/usage/service";
import type { UsageDto, UsageRow } from "@/lib/usage/schema";
import { amountOf, barKeys, barOf, BARS, PAGE_METERS, spanBefore, spanOf, type UsageView } from "@/lib/usage/view";

/** One bar: an hour, a UTC day or a month. `future`: it has not begun. */
export type UsageBar = { date: string; value: number; future: boolean };

/** What the usage page shows of a view. Values in the meter's own unit: milliseconds, micro-dollars, calls or tokens. */
export type UsageReport = {
  from: Date;
  to: Date;
  bars: UsageBar[];
  total: number;
  /** What was used in as much of the time before. */
  before: number;
  /** By agent, key or meter, with every meter, most of the view's meter first. */
  groups: UsageRow[];
  /** Every meter's last whole days, for a forecast. */
  recent: UsageRow[];
};

const RECENT_DAYS = 7;

type Period = { start: Date; end: Date };

/** Reads a view of a tenant's usage: chart, groups and the time before in one statement. */
export async function getUsageReport(tenantId: string, period: Period, view: UsageView, now = new Date()): Promise<UsageReport> {
  const before = view.range === "period" ? await withTenant(tenantId, (tx) => findPeriodBefore(tx, tenantId, period.start)) : period.start;
  const span = spanOf(view.range, period, now);
  const { meters } = PAGE_METERS[view.meter];
  // What is shown beside money is of the period to the last row.
  const exact = view.range === "period";
  const questions = [
    { ...ask(span, BARS[view.range].group, meters), exact }, ask(spanBefore(view.range, period, before, now), "meter", meters), { ...ask(span, view.by), exact }, ask(recentSpan(now), "day"),
  ];
  const [chart, earlier, groups, recent] = await getUsages(tenantId, period, questions);
  if (!chart || !earlier || !groups || !recent) throw new Error("every question has an answer");
  return {
    ...span, bars: toBars(chart, view, period, now), total: amountOf(chart.total, view.meter), before: amountOf(earlier.total, view.meter),
    groups: groups.data.toSorted((a, b) => amountOf(b, view.meter) - amountOf(a, view.meter)), recent: toRecent(recent),
  };
}

function recentSpan(now: Date): { from: Date; to: Date } {
  const today = Date.parse(utcDay(now));
  return { from: new Date(today - RECENT_DAYS * DAY_MS), to: new Date(today) };
}

/** The last whole UTC days, oldest first, from the first one with use on: a workspace that has just begun has no habits yet. */
function toRecent({ data, from }: UsageDto): UsageRow[] {
  const byDay = new Map(data.map((row) => [row.key, row]));
  const days = Array.from({ length: RECENT_DAYS }, (_, index) => utcDay(new Date(Date.parse(from) + index * DAY_MS)));
  const first = days.findIndex((day) => byDay.has(day));
  return first < 0 ? [] : days.slice(first).map((day) => byDay.get(day) ?? { key: day, label: day, ...nothing() });
}

function ask({ from, to }: { from: Date; to: Date }, group_by: UsageQuestion["group_by"], meters?: UsageQuestion["meters"]): UsageQuestion {
  return { from: from.toISOString(), to: to.toISOString(), group_by, ...(meters ? { meters } : {}) };
}

function toBars({ data }: UsageDto, view: UsageView, period: Period, now: Date): UsageBar[] {
  const sums = new Map<string, number>();
  for (const row of data) {
    const key = view.range === "year" ? row.key.slice(0, 7) : row.key;
    sums.set(key, (sums.get(key) ?? 0) + amountOf(row, view.meter));
  }
  const current = barOf(view.range, now);
  return barKeys(view.range, period, now).map((date) => ({ date, value: sums.get(date) ?? 0, future: date > current }));
}
