import { describe, expect, it } from "vitest";
import { nextBeatMs, wantsRedraw } from "@/components/usage/live-schedule";

const active = { active: true, sinceEnd: 0, tookMs: 40 };
const ended = (sinceEnd: number) => ({ active: false, sinceEnd, tookMs: 40 });

describe("nextBeatMs", () => {
  it("is less than a second while something runs", () => expect(nextBeatMs(active)).toBe(750));
  it("gives a slow server time, up to ten seconds", () => expect([900, 60_000].map((tookMs) => nextBeatMs({ ...active, tookMs }))).toEqual([1_800, 10_000]));
  it("goes on for a moment after the end, then rests", () => expect([0, 1, 2, 3, Infinity].map((beats) => nextBeatMs(ended(beats)))).toEqual([750, 750, 750, 15_000, 15_000]));
});

describe("wantsRedraw", () => {
  it("is at once at the end, and until the rollups have followed", () => expect([0, 1, 2, 3].map((beats) => wantsRedraw(ended(beats), false, 0))).toEqual([true, true, true, false]));
  it("is now and then while runs come and go", () => {
    expect(wantsRedraw(active, true, 4_999)).toBe(false);
    expect(wantsRedraw(active, true, 5_000)).toBe(true);
    expect(wantsRedraw(active, false, 60_000)).toBe(false);
  });
});
