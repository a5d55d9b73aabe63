import { describe, expect, test } from "vitest";
import { forecastCap, type ForecastInput } from "@/lib/usage/forecast";

const period = { periodStart: new Date("2026-11-01T00:00:00Z"), periodEnd: new Date("2026-12-01T00:00:00Z"), now: new Date("2026-11-11T00:00:00Z") };
const reaches = (input: Partial<ForecastInput> & { used: number; cap: number }) => forecastCap({ ...period, ...input }).reachesAt?.toISOString() ?? null;

describe("the forecast", () => {
  test("follows the period so far when nothing else is known", () => {
    // 50 in ten days: 5 a day, 50 left.
    expect(reaches({ used: 50, cap: 100 })).toBe("2026-11-21T00:00:00.000Z");
  });

  test("follows the last seven days when they are known, not what came before", () => {
    expect(reaches({ used: 50, cap: 100, recentDaily: [900, 10, 10, 10, 10, 10, 10, 10] })).toBe("2026-11-16T00:00:00.000Z");
    expect(reaches({ used: 50, cap: 100, recentDaily: [0, 0, 0, 0, 0, 0, 35] })).toBe("2026-11-21T00:00:00.000Z");
    expect(reaches({ used: 50, cap: 100, recentDaily: [40, 10] })).toBe("2026-11-21T00:00:00.000Z");
  });

  test("on a period's first day counts days before it, and without them takes a whole day for the pace", () => {
    const now = new Date("2026-11-01T01:00:00Z");
    expect(reaches({ used: 10, cap: 100, now, recentDaily: [30, 30, 30] })).toBe("2026-11-04T01:00:00.000Z");
    // Ten in the first hour are taken as ten a day, not 240.
    expect(reaches({ used: 10, cap: 100, now })).toBe("2026-11-10T01:00:00.000Z");
  });

  test("is none when usage is nil or has ceased", () => {
    expect(reaches({ used: 0, cap: 100 })).toBeNull();
    expect(reaches({ used: 50, cap: 100, recentDaily: [0, 0, 0, 0, 0, 0, 0] })).toBeNull();
  });

  test("is none when the period ends first, to the millisecond", () => {
    // 2.5 a day for twenty days reach 100 exactly at the end.
    expect(reaches({ used: 50, cap: 100, recentDaily: [2.5, 2.5, 2.5] })).toBeNull();
    expect(reaches({ used: 50, cap: 100, recentDaily: [2.6, 2.6, 2.6] })).toBe("2026-11-30T05:32:18.461Z");
  });

  test("is none when the cap is reached, or there is none to reach", () => {
    expect(reaches({ used: 100, cap: 100 })).toBeNull();
    expect(reaches({ used: 120, cap: 100 })).toBeNull();
    expect(reaches({ used: 0, cap: 0 })).toBeNull();
  });
});
