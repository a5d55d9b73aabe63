import { describe, expect, it } from "vitest";
import { outlookOf } from "@/lib/usage/outlook";
import { nothing } from "@/lib/usage/quantities";

const period = { start: new Date("2026-11-01T00:00:00Z"), end: new Date("2026-12-01T00:00:00Z") };
const now = new Date("2026-11-11T00:00:00Z");
const admission = { period, caps: { ms: 600, micros: 1_000, calls: 100 }, usage: { ms: 300, leasedMs: 0, micros: 100, leasedMicros: 0, calls: 100 } };
const days = (agent_ms: number) => Array.from({ length: 7 }, () => ({ ...nothing(), agent_ms }));

describe("outlookOf", () => {
  it("foresees each cap at its own meter's pace, and none that is reached or will not be", () => {
    expect(outlookOf(admission, days(100), now)).toEqual({ minutes: "2026-11-14T00:00:00.000Z", calls: null, spend: null });
  });
  it("takes the period's pace where there are no days to go by", () => expect(outlookOf(admission, [], now).minutes).toBe("2026-11-21T00:00:00.000Z"));
});
