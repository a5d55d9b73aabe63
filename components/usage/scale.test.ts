import { describe, expect, it } from "vitest";
import { percentOf, timeLabel, timeStep, valueTicks } from "@/components/usage/scale";

describe("timeStep", () => {
  it.each([
    [40, 8, 5],
    [3_200, 8, 500],
    [62_000, 8, 10_000],
    [724_000, 8, 120_000],
    [100 * 3_600_000, 8, 13 * 3_600_000],
  ])("%d ms with at most %d labels steps by %d ms", (total, most, step) => {
    expect(timeStep(total, most)).toBe(step);
    expect(total / step).toBeLessThanOrEqual(most);
  });
});

describe("timeLabel", () => {
  it.each([
    [0, "0"],
    [200, "200ms"],
    [1_500, "1.5s"],
    [30_000, "30s"],
    [90_000, "1m30"],
    [120_000, "2m"],
    [3_600_000, "1h"],
  ])("%d is %s", (ms, label) => expect(timeLabel(ms)).toBe(label));
});

describe("valueTicks", () => {
  it("ends at or above the highest value", () => {
    for (const max of [0, 1, 7, 99, 100, 101, 12_345, 999_999]) {
      const ticks = valueTicks(max, "calls");
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(new Set(ticks).size).toBe(ticks.length);
    }
  });
  it("counts minutes in whole round minutes", () => expect(valueTicks(14 * 60_000, "minutes")).toEqual([0, 300_000, 600_000, 900_000]));
  it("never splits a call", () => expect(valueTicks(2, "calls")).toEqual([0, 1, 2]));
});

describe("percentOf", () => {
  it("stays within the strip", () => {
    expect(percentOf(1, 3)).toBe("33.33%");
    expect(percentOf(5, 3)).toBe("100%");
    expect(percentOf(1, 0)).toBe("0%");
    expect(percentOf(-1, 3)).toBe("0%");
  });
});
