import { z } from "zod";
import type { Measure } from "@/lib/core/format";
import { DAY_MS, HOUR_MS, utcDay } from "@/lib/core/time";
import type { Span } from "@/lib/usage/range";
import type { Meter, Quantities, UsageGroup } from "@/lib/usage/schema";

/** What the usage page shows, as its address says it. What makes no sense there falls back to the default. */
export const usageViewSchema = z.object({
  range: z.enum(["today", "period", "year"]).catch("period"),
  meter: z.enum(["minutes", "spend", "calls", "tokens"]).catch("minutes"),
  by: z.enum(["agent", "key", "meter"]).catch("agent"),
  /** Each bar by itself, or the total so far, in which the cap is reached. */
  chart: z.enum(["each", "total"]).catch("each"),
});
export type UsageView = z.output<typeof usageViewSchema>;
export type UsageRange = UsageView["range"];

/** What the page calls a meter, and which of the ledger's it sums. */
export const PAGE_METERS: Record<UsageView["meter"], { name: string; meters: readonly Meter[]; measure: Measure }> = {
  minutes: { name: "Agent-minutes", meters: ["agent_ms"], measure: "minutes" },
  spend: { name: "Model spend", meters: ["model_micros"], measure: "money" },
  calls: { name: "API calls", meters: ["api_calls"], measure: "calls" },
  tokens: { name: "Tokens", meters: ["input_tokens", "output_tokens"], measure: "tokens" },
};

/** How much of a page's meter a row holds. */
export function amountOf(row: Quantities, meter: UsageView["meter"]): number {
  return PAGE_METERS[meter].meters.reduce((sum, one) => sum + row[one], 0);
}

/** The bars of a range: what one stands for, and how the API groups what they are made of. */
export const BARS: Record<UsageRange, { per: "hour" | "day" | "month"; group: UsageGroup }> = {
  today: { per: "hour", group: "hour" },
  period: { per: "day", group: "day" },
  year: { per: "month", group: "day" },
};

type Period = { start: Date; end: Date };

/** What a range spans up to now. Days and months are UTC's. */
export function spanOf(range: UsageRange, period: Period, now: Date): Span {
  if (range === "today") return span(startOfDay(now), now);
  return span(range === "period" ? period.start : startOfMonth(now, -11), now);
}

/** As much of the time before as of this one has passed, to compare with. `before`: where the period before began. */
export function spanBefore(range: UsageRange, period: Period, before: Date, now: Date): Span {
  if (range === "today") return span(new Date(startOfDay(now).getTime() - DAY_MS), new Date(now.getTime() - DAY_MS));
  if (range === "year") return span(startOfMonth(now, -23), sameTimeAYearBefore(now));
  return span(before, new Date(Math.min(before.getTime() + (now.getTime() - period.start.getTime()), period.start.getTime())));
}

/** Where every bar of a range begins, those that are still to come included: `2026-11-24T05:00:00Z`, `2026-11-24` or `2026-11`. */
export function barKeys(range: UsageRange, period: Period, now: Date): string[] {
  if (range === "today") return Array.from({ length: 24 }, (_, hour) => hourKey(new Date(startOfDay(now).getTime() + hour * HOUR_MS)));
  if (range === "year") return Array.from({ length: 12 }, (_, index) => utcDay(startOfMonth(now, index - 11)).slice(0, 7));
  const first = startOfDay(period.start).getTime();
  return Array.from({ length: Math.ceil((period.end.getTime() - first) / DAY_MS) }, (_, index) => utcDay(new Date(first + index * DAY_MS)));
}

/** The bar that holds an instant. */
export function barOf(range: UsageRange, at: Date): string {
  if (range === "today") return hourKey(at);
  return utcDay(at).slice(0, range === "year" ? 7 : 10);
}

/** At the very first moment there is a moment already, so that no range is empty. */
function span(from: Date, to: Date): Span {
  return { from, to: new Date(Math.max(to.getTime(), from.getTime() + 1)) };
}

function hourKey(at: Date): string {
  return `${at.toISOString().slice(0, 13)}:00:00Z`;
}

function startOfDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
}

function startOfMonth(at: Date, shift: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + shift, 1));
}

/** On 29 February: the last moment of the 28th's hour that is as late. */
function sameTimeAYearBefore(at: Date): Date {
  const before = new Date(at);
  before.setUTCFullYear(at.getUTCFullYear() - 1);
  return before.getUTCMonth() === at.getUTCMonth() ? before : new Date(before.getTime() - DAY_MS);
}
