import type { Measure } from "@/lib/core/format";
import { MICROS_PER_DOLLAR } from "@/lib/core/money";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/core/time";

/** Round steps for a run's axis, in milliseconds: each divides into whole minor ticks people can count. */
const TIME_STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000].concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 240].map((minutes) => minutes * MINUTE_MS),
);

/**
 * The step between labelled ticks of a time axis, so that at most `most` labels fit.
 * @returns milliseconds
 */
export function timeStep(totalMs: number, most: number): number {
  return TIME_STEPS_MS.find((step) => totalMs / step <= most) ?? Math.ceil(totalMs / most / HOUR_MS) * HOUR_MS;
}

/** A tick's label, as short as it can be: `0`, `200ms`, `1.5s`, `30s`, `2m`, `1h`. */
export function timeLabel(ms: number): string {
  if (ms === 0) return "0";
  if (ms < SECOND_MS) return `${ms}ms`;
  if (ms < MINUTE_MS) return `${ms / SECOND_MS}s`;
  if (ms % HOUR_MS === 0) return `${ms / HOUR_MS}h`;
  if (ms % MINUTE_MS === 0) return `${ms / MINUTE_MS}m`;
  return `${Math.floor(ms / MINUTE_MS)}m${String(Math.round((ms % MINUTE_MS) / SECOND_MS)).padStart(2, "0")}`;
}

const UNIT: Record<Measure, number> = { minutes: MINUTE_MS, calls: 1, money: MICROS_PER_DOLLAR, tokens: 1 };
const SMALLEST: Record<Measure, number> = { minutes: MINUTE_MS / 100, calls: 1, money: 1, tokens: 1 };

/**
 * Values for the horizontal lines of a chart, from 0 to the first round value at or above `max`, three or four of them.
 * @param max the highest value drawn, in the measure's own unit (ms, calls, micro-dollars)
 */
export function valueTicks(max: number, measure: Measure): number[] {
  const unit = UNIT[measure];
  const rough = Math.max(max, SMALLEST[measure]) / unit / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => rough <= candidate * power * (1 + 1e-9)) ?? 10;
  const step = Math.max(factor * power * unit, SMALLEST[measure]);
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => Math.round(index * step));
}

/** A share of a whole as an SVG percentage with two decimals, held between 0 and 100. */
export function percentOf(value: number, whole: number): string {
  if (whole <= 0) return "0%";
  return `${Math.round(Math.min(1, Math.max(0, value / whole)) * 10_000) / 100}%`;
}
