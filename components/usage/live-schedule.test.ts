import { describe, expect, it } from "vitest";
import { mayHold, nextBeatMs, wantsRedraw, type Pulse } from "@/components/usage/live-schedule";

const active: Pulse = { active: true, sinceEnd: 0, moved: null, tookMs: 40 };
const ended = (sinceEnd: number): Pulse => ({ ...active, active: false, sinceEnd });
const resting = ended(Number.POSITIVE_INFINITY);

describe("nextBeatMs", () => {
  it("is less than a second", () => expect(nextBeatMs(active, true)).toBe(750));
  it("gives a slow server time, up to ten seconds", () => expect([900, 60_000].map((tookMs) => nextBeatMs({ ...active, tookMs }, true))).toEqual([1_800, 10_000]));
  it("leaves a server that does not answer alone", () => expect([active, resting].map((pulse) => nextBeatMs(pulse, false))).toEqual([15_000, 15_000]));
});

describe("mayHold", () => {
  it("is while nothing happens, and what did is drawn", () => {
    expect([0, 1, 2, 3, Infinity].map((beats) => mayHold(ended(beats)))).toEqual([false, false, false, true, true]);
    expect([active, { ...resting, moved: { answers: 1, ms: 750 } }].map(mayHold)).toEqual([false, false]);
  });
});

describe("wantsRedraw", () => {
  it("is at once at the end, and until the rollups have followed", () => expect([0, 1, 2, 3].map((beats) => wantsRedraw(ended(beats), false, 0))).toEqual([true, true, true, false]));
  it("is now and then while runs come and go", () => {
    expect(wantsRedraw(active, true, 4_999)).toBe(false);
    expect(wantsRedraw(active, true, 5_000)).toBe(true);
    expect(wantsRedraw(active, false, 60_000)).toBe(false);
  });
  it("is after other use when the rollups have followed, and now and then while it goes on", () => {
    const after = (answers: number, ms: number) => wantsRedraw({ ...resting, moved: { answers, ms } }, false, 60_000);
    expect([after(0, 0), after(1, 750), after(2, 1_500), after(0, 4_500), after(0, 5_250)]).toEqual([false, false, true, false, true]);
  });
});
