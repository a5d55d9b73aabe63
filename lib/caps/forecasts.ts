import { DAY_MS, utcDay, utcDaysBetween } from "@/lib/core/time";
import type { Admission } from "@/lib/limits/admission";
import { forecastCap } from "@/lib/usage/forecast";
import { getUsage } from "@/lib/usage/service";

export type Forecasts = { ms: Date | null; micros: Date | null; calls: Date | null };

const DAYS_READ = 7;

/** When each cap is reached at the pace of the last seven whole days; null: not in this period. */
export async function readForecasts(by: Admission, now: Date = new Date()): Promise<Forecasts> {
  const today = new Date(`${utcDay(now)}T00:00:00Z`);
  const from = new Date(today.getTime() - DAYS_READ * DAY_MS);
  const { data } = await getUsage(by.tenant.id, { start: from }, { from: from.toISOString(), to: today.toISOString(), group_by: "day" });
  const byDay = new Map(data.map((row) => [row.key, row]));
  const days = utcDaysBetween(from, new Date(today.getTime() - 1));
  // Days before the first use are not days of rest: the workspace may not have existed.
  const known = days.slice(days.findIndex((day) => byDay.has(day)));
  const forecast = (used: number, cap: number, meter: "agent_ms" | "model_micros" | "api_calls"): Date | null =>
    forecastCap({ used, cap, periodStart: by.period.start, periodEnd: by.period.end, now, recentDaily: data.length === 0 ? [] : known.map((day) => byDay.get(day)?.[meter] ?? 0) }).reachesAt;
  const { usage, caps } = by;
  return { ms: forecast(usage.ms, caps.ms, "agent_ms"), micros: forecast(usage.micros, caps.micros, "model_micros"), calls: forecast(usage.calls, caps.calls, "api_calls") };
}
