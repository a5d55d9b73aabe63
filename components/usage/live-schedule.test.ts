import { describe, expect, it } from "vitest";
import { nextRefreshMs } from "@/components/usage/live-schedule";

describe("nextRefreshMs", () => {
  it("is a second while something runs", () => expect(nextRefreshMs({ active: true, sinceEnd: 0, tookMs: 40 })).toBe(1_000));
  it("gives a slow server time, up to ten seconds", () => {
    expect(nextRefreshMs({ active: true, sinceEnd: 0, tookMs: 900 })).toBe(3_600);
    expect(nextRefreshMs({ active: true, sinceEnd: 0, tookMs: 60_000 })).toBe(10_000);
  });
  it("goes on for a moment after the end, until the rollups have followed", () => expect([0, 1, 2, 3].map((sinceEnd) => nextRefreshMs({ active: false, sinceEnd, tookMs: 40 }))).toEqual([1_000, 1_000, 1_000, 15_000]));
});
