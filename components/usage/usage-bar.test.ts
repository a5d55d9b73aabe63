import { describe, expect, it } from "vitest";
import { barLabel, begun, withRunningTotals } from "@/components/usage/usage-bar";

describe("withRunningTotals", () => {
  it("adds up from the first bar", () => {
    const days = [3, 0, 4].map((value, index) => ({ date: `2026-11-0${index + 1}`, value }));
    expect(withRunningTotals(days).map(({ before, soFar }) => [before, soFar])).toEqual([[0, 3], [3, 3], [3, 7]]);
  });
});

describe("barLabel", () => {
  it.each([["2026-11-24T05:00:00Z", "05:00"], ["2026-11-01", "1 Nov"], ["2028-02-29", "29 Feb"], ["2026-11", "Nov 2026"]])("%s reads %s, whatever the zone", (date, label) => expect(barLabel(date)).toBe(label));
});

describe("begun", () => {
  it("leaves out what is still to come", () => expect(begun([{ date: "2026-11", value: 1 }, { date: "2026-12", value: 0, future: true }]).map(({ date }) => date)).toEqual(["2026-11"]));
});
