import { describe, expect, it } from "vitest";
import { dayLabel, withRunningTotals } from "@/components/usage/usage-day";

describe("withRunningTotals", () => {
  it("adds up from the first day", () => {
    const days = [3, 0, 4].map((value, index) => ({ date: `2026-11-0${index + 1}`, value }));
    expect(withRunningTotals(days).map(({ before, soFar }) => [before, soFar])).toEqual([[0, 3], [3, 3], [3, 7]]);
  });
});

describe("dayLabel", () => {
  it("names the UTC day, whatever the zone", () => expect(dayLabel("2026-11-01")).toBe("1 Nov"));
});
