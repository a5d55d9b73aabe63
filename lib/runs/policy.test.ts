import { expect, test } from "vitest";
import { backOffMs, canStartRun, LEAST_SLICE_MS, reservedSlots } from "@/lib/runs/policy";

const state = (usedMs: number, pausedAt: Date | null = null, pauseReason: string | null = null) => ({
  tenant: { pausedAt, pauseReason }, usage: { ms: usedMs, micros: 0 }, caps: { ms: 60_000, micros: 0 }, period: { end: new Date("2026-12-01T00:00:00Z") },
});

test("a run may start while a slice is left", () => {
  expect(canStartRun(state(0))).toBeNull();
  expect(canStartRun(state(60_000 - LEAST_SLICE_MS))).toBeNull();
});

test("and not when less is left, nor past the cap", () => {
  expect(canStartRun(state(60_000 - LEAST_SLICE_MS + 1))?.code).toBe("quota_exceeded");
  expect(canStartRun(state(70_000))?.message).toContain("2026-12-01T00:00:00.000Z");
});

test("a paused workspace is told that it is paused, whatever is left", () => {
  expect(canStartRun(state(0, new Date()))?.code).toBe("tenant_paused");
  expect(canStartRun(state(60_000, new Date()))?.code).toBe("tenant_paused");
  expect(canStartRun(state(0, new Date(), "owner"))?.message).toBe("This workspace is paused: nothing new runs. An owner or admin resumes it on the caps page.");
  expect(canStartRun(state(0, new Date(), "twice_quota"))?.message).toContain("A larger plan, the next period or support ends the pause.");
});

test("a worker keeps a share of its slots, but never its only one", () => {
  expect([1, 2, 4, 8, 16, 64].map(reservedSlots)).toEqual([0, 1, 1, 1, 2, 8]);
});

test("waits longer from try to try, no shorter than the endpoint asked for, and no longer than half a minute", () => {
  expect([0, 1, 2, 3].map((attempt) => backOffMs(attempt, null, 0.5))).toEqual([500, 1_000, 2_000, 4_000]);
  expect([backOffMs(0, null, 0), backOffMs(0, null, 1)]).toEqual([400, 600]);
  expect(backOffMs(0, 3_000, 0.5)).toBe(3_000);
  expect(backOffMs(9, 600_000, 0.5)).toBe(30_000);
});
