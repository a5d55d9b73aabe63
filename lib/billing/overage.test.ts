import { describe, expect, test } from "vitest";
import { centsOf, NO_OVERAGE, overageCents, overageMicros } from "@/lib/billing/overage";

const PRICE = 50_000n;
const of = (ms: bigint, modelMicros = 0n) => ({ ms, units: ms * PRICE, modelMicros });

describe("a period's overage", () => {
  test("of nothing is nothing", () => expect(overageCents(NO_OVERAGE)).toBe(0));

  test("is rounded down to a micro-dollar once, over all minutes", () => {
    // A millisecond costs 5/6 of a micro-dollar.
    expect([1n, 2n, 5n, 6n, 7n].map((ms) => overageMicros(of(ms)))).toEqual([0n, 1n, 4n, 5n, 5n]);
  });

  test("adds model spend at list price and is rounded to cents once, half up", () => {
    expect(overageCents(of(60_000n, 4_999n))).toBe(5);
    expect(overageCents(of(60_000n, 5_000n))).toBe(6);
    expect([0n, 4_999n, 5_000n, 14_999n, 15_000n].map(centsOf)).toEqual([0, 0, 1, 1, 2]);
  });

  test("stays exact past what a number holds", () => {
    // Ten million minutes and a millisecond, at 70,001 micro-dollars.
    const units = 600_000_000_001n * 70_001n;
    expect(units).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    expect(overageMicros({ ms: 600_000_000_001n, units, modelMicros: 0n })).toBe(700_010_000_001n);
    expect(overageCents({ ms: 0n, units, modelMicros: 0n })).toBe(70_001_000);
  });
});
