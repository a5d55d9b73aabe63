import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "@/lib/core/time";
import { noticesToShow, type Alert, type Standing } from "@/lib/alerts/policy";

const periodStart = new Date("2026-11-01T00:00:00Z");
const at = new Date("2026-11-20T12:00:00Z");
const standing: Standing = { agent_ms: { used: 2_100_000, quota: 1_000_000 }, model_micros: { used: 90, quota: 100 }, api_calls: { used: 85, quota: 100 } };
let count = 0;
const alert = (fields: Partial<Alert>): Alert => ({
  id: `alr_${count++}`, kind: "threshold", meter: "agent_ms", key: null, periodStart, percent: 80, used: 80, quota: 100, crossedAt: new Date("2026-11-20T11:00:00Z"), dismissedAt: null, ...fields,
});
const shown = (alerts: Alert[], now: Partial<{ standing: Standing }> = {}) => noticesToShow(alerts, { at, periodStart, standing, ...now }).map(({ id }) => id);

describe("notices", () => {
  test("are the highest of each meter and key, newest first", () => {
    const key = { id: "key_1", name: "One", capMs: 1_000, usedMs: 1_000 };
    const [low, high, calls, ofKey] = [alert({ percent: 80 }), alert({ percent: 100 }), alert({ meter: "api_calls", crossedAt: new Date("2026-11-20T11:30:00Z") }), alert({ key, crossedAt: new Date("2026-11-19T00:00:00Z") })];
    expect(shown([low, high, calls, ofKey])).toEqual([calls.id, high.id, ofKey.id]);
  });

  test("are gone with the highest once it is dismissed, whatever lower one comes after", () => {
    expect(shown([alert({ percent: 100, dismissedAt: at }), alert({ percent: 80 }), alert({ percent: 90 })])).toEqual([]);
    const higher = alert({ percent: 200 });
    expect(shown([alert({ percent: 100, dismissedAt: at }), higher])).toEqual([higher.id]);
  });

  test("of another period, or no longer true because the quota grew, are not shown", () => {
    expect(shown([alert({ periodStart: new Date("2026-10-01T00:00:00Z") })])).toEqual([]);
    const [eighty, hundred] = [alert({ percent: 80 }), alert({ percent: 100 })];
    expect(shown([eighty, hundred], { standing: { ...standing, agent_ms: { used: 2_100_000, quota: 2_500_000 } } })).toEqual([eighty.id]);
    expect(shown([eighty, hundred], { standing: { ...standing, agent_ms: { used: 2_100_000, quota: 10_000_000 } } })).toEqual([]);
  });

  test("hold for a cap that is reached but for less than a slice", () => {
    const reached = alert({ percent: 100 });
    expect(shown([reached], { standing: { ...standing, agent_ms: { used: 999_500, quota: 1_000_000 } } })).toEqual([reached.id]);
    expect(shown([reached], { standing: { ...standing, agent_ms: { used: 999_499, quota: 1_000_000 } } })).toEqual([]);
  });

  test("of a key end with its cap or its revocation", () => {
    expect(shown([alert({ key: { id: "key_1", name: "One", capMs: null, usedMs: 5_000 } })])).toEqual([]);
  });

  test("of an unusual hour stay for a day", () => {
    const hour = (ageMs: number, dismissedAt: Date | null = null) => alert({ kind: "anomaly", meter: "cost_micros", percent: 500, periodStart: new Date(at.getTime() - ageMs), crossedAt: new Date(at.getTime() - ageMs), dismissedAt });
    const [young, old, done] = [hour(HOUR_MS), hour(DAY_MS), hour(HOUR_MS, at)];
    expect(shown([young, old, done])).toEqual([young.id]);
  });
});
