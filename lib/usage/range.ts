import { DAY_MS, HOUR_MS } from "@/lib/core/time";

/** From `from` up to but not including `to`. */
export type Span = { from: Date; to: Date };

/** What to read of which rollups. The parts do not overlap, and no part is empty. */
export type RangeParts = { days: Span | null; hours: Span[] };

/** The whole hours that a range touches: rollups know nothing shorter. */
export function wholeHours({ from, to }: Span): Span {
  return { from: new Date(floorTo(from.getTime(), HOUR_MS)), to: new Date(ceilTo(to.getTime(), HOUR_MS)) };
}

/** Whole UTC days of a range, to be read of the daily rollups, and the hours before and after them. */
export function splitRange(range: Span): RangeParts {
  const { from, to } = wholeHours(range);
  const [dayFrom, dayTo] = [new Date(ceilTo(from.getTime(), DAY_MS)), new Date(floorTo(to.getTime(), DAY_MS))];
  if (dayFrom >= dayTo) return { days: null, hours: notEmpty([{ from, to }]) };
  return { days: { from: dayFrom, to: dayTo }, hours: notEmpty([{ from, to: dayFrom }, { from: dayTo, to }]) };
}

function notEmpty(spans: Span[]): Span[] {
  return spans.filter(({ from, to }) => from < to);
}

// UTC has no leap seconds in POSIX time: every day begins at a multiple of a day's length, also before 1970.
function floorTo(at: number, step: number): number {
  return Math.floor(at / step) * step;
}

function ceilTo(at: number, step: number): number {
  return Math.ceil(at / step) * step;
}
