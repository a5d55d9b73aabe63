import { describe, expect, it } from "vitest";
import {
  formatCount,
  formatDuration,
  formatExact,
  formatMeasure,
  formatMinutesOf,
  formatMoneyCents,
  formatMoneyMicros,
  formatPercent,
  formatPriceTag,
  formatTick,
} from "@/lib/core/format";
import { MICROS_PER_CENT } from "@/lib/core/money";

describe("formatDuration", () => {
  it.each([
    [0, "0ms"],
    [850, "850ms"],
    [999.9, "999ms"],
    [1_000, "1.0s"],
    [3_249, "3.2s"],
    [59_999, "59.9s"],
    [60_000, "1m 00s"],
    [724_999, "12m 04s"],
    [3_599_999, "59m 59s"],
    [3_720_000, "1h 02m"],
    [-5, "0ms"],
  ])("%d ms reads %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe("formatMinutesOf", () => {
  it.each([
    [0, "0 min"],
    [1, "<0.01 min"],
    [3_000, "0.05 min"],
    [724_000, "12.1 min"],
    [6_000_000, "100 min"],
    [72_270_000, "1,204.5 min"],
  ])("%d ms reads %s", (ms, text) => expect(formatMinutesOf(ms)).toBe(text));
});

describe("money", () => {
  it.each([
    [0, "$0.00"],
    [1, "$0.000001"],
    [400, "$0.0004"],
    [1_234, "$0.0012"],
    [12_300, "$0.012"],
    [50_000, "$0.05"],
    [99_999, "$0.10"],
    [500_000, "$0.50"],
    [1_370_000, "$1.37"],
    [1_204_500_000, "$1,204.50"],
    [-400, "−$0.0004"],
    [-49_000_000, "−$49.00"],
    [-0, "$0.00"],
  ])("%d micro-dollars read %s", (micros, text) => expect(formatMoneyMicros(micros)).toBe(text));

  it.each([[4_900, "$49.00"], [149_050, "$1,490.50"], [5, "$0.05"], [-4_900, "−$49.00"], [-320, "−$3.20"], [-0, "$0.00"]])("%d cents read %s, as the same money in micro-dollars does", (cents, text) => {
    expect(formatMoneyCents(cents)).toBe(text);
    if (Math.abs(cents) >= 10) expect(formatMoneyMicros(cents * MICROS_PER_CENT)).toBe(text);
  });

  it("drops the zeros of whole dollars on a price tag only", () => {
    expect([0, 4_900, 149_050].map(formatPriceTag)).toEqual(["$0", "$49", "$1,490.50"]);
  });
});

describe("counts and shares", () => {
  it("groups thousands", () => expect(formatCount(1_204)).toBe("1,204"));
  it("never shows an unreached cap as reached", () => expect(formatPercent(0.9999)).toBe("99 %"));
  it("does not lose a whole per cent to floating point", () => expect(formatPercent(0.29)).toBe("29 %"));
  it("tells little from nothing", () => {
    expect(formatPercent(0.001)).toBe("<1 %");
    expect(formatPercent(0)).toBe("0 %");
  });
  it("names the unit of each measure", () => {
    expect(formatMeasure(1, "calls")).toBe("1 call");
    expect(formatMeasure(1_204, "calls")).toBe("1,204 calls");
    expect(formatMeasure(60_000, "minutes")).toBe("1 min");
  });
  it("counts tokens like calls", () => expect([1, 1_204].map((count) => formatMeasure(count, "tokens"))).toEqual(["1 token", "1,204 tokens"]));
});

describe("formatTick", () => {
  it.each([[1_204, "calls", "1,204"], [25_000, "tokens", "25K"], [2_500_000, "calls", "2.5M"], [90_000, "minutes", "1.5"], [900_000_000, "minutes", "15K"], [1_370_000, "money", "$1.37"], [12_000_000_000, "money", "$12K"]] as const)(
    "%d %s reads %s", (value, measure, text) => expect(formatTick(value, measure)).toBe(text),
  );
});

describe("formatExact", () => {
  it("leaves no digit out", () => expect([formatExact(724_240, "minutes"), formatExact(12, "money")]).toEqual(["724,240 ms", "12 micro-dollars"]));
});
