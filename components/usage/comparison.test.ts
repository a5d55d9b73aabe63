import { describe, expect, it } from "vitest";
import { comparison } from "@/components/usage/comparison";

describe("comparison", () => {
  it.each([
    [112, 100, "period", "12 % more than the period before by this point."],
    [50, 100, "today", "50 % less than yesterday by this hour."],
    [100, 100, "year", "As much as the twelve months before."],
    [5_000, 100, "period", "50 times the period before by this point."],
    [5, 0, "period", "Nothing in the period before by this point."],
    [5, 0, "today", "Nothing yesterday by this hour."],
    [0, 0, "year", null],
  ] as const)("%d after %d, %s: %s", (total, before, range, words) => expect(comparison(total, before, range)).toBe(words));
});
