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

/** What is left of a range when others are cut out of it, in order. */
export function without(range: Span, cuts: readonly Span[]): Span[] {
  let left = [range];
  for (const cut of cuts) {
    left = left.flatMap(({ from, to }) => {
      if (cut.to <= from || cut.from >= to) return [{ from, to }];
      return notEmpty([{ from, to: cut.from }, { from: cut.to, to }]);
    });
  }
  return left;
}

/** What two ranges share; null: nothing. */
export function shared(a: Span, b: Span): Span | null {
  const [from, to] = [a.from > b.from ? a.from : b.from, a.to < b.to ? a.to : b.to];
  return from < to ? { from, to } : null;
}

/** Ranges as whole hours that do not overlap, in order. */
export function mergeHours(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.map(wholeHours).toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = span.to > last.to ? span.to : last.to;
    else merged.push({ ...span });
  }
  return merged;
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
