import { describe, expect, test } from "vitest";
import { eventTime, isStillOpen, reportIdentifier } from "@/lib/billing/meter/rules";
import { newId } from "@/lib/core/ids";
import { HOUR_MS, MINUTE_MS } from "@/lib/core/time";

const period = { start: new Date("2026-10-24T14:23:10.000Z"), end: new Date("2026-11-24T14:23:10.000Z") };
const after = (ms: number) => new Date(period.end.getTime() + ms);

test("an identifier fits what Stripe takes, whatever the total", () => {
  expect(reportIdentifier(newId("ten"), period.start, 9_223_372_036_854_775_807n).length).toBeLessThanOrEqual(100);
});

describe("the time of an event", () => {
  test("is now while the period is under way, in whole seconds", () => expect(eventTime(period, new Date("2026-11-01T00:00:00.900Z"))).toEqual(new Date("2026-11-01T00:00:00Z")));
  test("is the last second of the period once it has ended", () => expect(eventTime(period, after(5 * MINUTE_MS))).toEqual(new Date("2026-11-24T14:23:09Z")));
  test("is never before the period, nor in the second in which the next begins", () => {
    expect(eventTime(period, new Date("2026-10-24T14:23:10.400Z"))).toEqual(period.start);
    expect(eventTime({ ...period, end: new Date("2026-11-24T14:23:10.500Z") }, after(0))).toEqual(new Date("2026-11-24T14:23:10Z"));
    expect(eventTime({ ...period, start: new Date("2026-10-24T14:23:10.200Z") }, period.start)).toEqual(new Date("2026-10-24T14:23:11Z"));
  });
});

describe("a period that has ended", () => {
  const invoice = (status: string, closesIn: number | null) => [{ status, automatically_finalizes_at: closesIn === null ? null : after(closesIn).getTime() / 1_000, period_end: period.end.getTime() / 1_000 }];
  test("is open while its invoice is a draft that does not close at once", () => {
    expect(isStillOpen(period, invoice("draft", HOUR_MS), true, after(10 * MINUTE_MS))).toBe(true);
    expect(isStillOpen(period, invoice("draft", HOUR_MS), true, after(59 * MINUTE_MS))).toBe(false);
    expect(isStillOpen(period, invoice("draft", null), false, after(30 * HOUR_MS))).toBe(true);
  });
  test("is closed with its invoice", () => {
    for (const status of ["open", "paid", "void", "uncollectible"]) expect(isStillOpen(period, invoice(status, null), true, after(MINUTE_MS))).toBe(false);
  });
  test("waits for its invoice while the subscription lives, a day at most", () => {
    expect(isStillOpen(period, [], true, after(2 * HOUR_MS))).toBe(true);
    expect(isStillOpen(period, [], false, after(MINUTE_MS))).toBe(false);
    expect(isStillOpen(period, [], true, after(25 * HOUR_MS))).toBe(false);
    // The invoice of another period says nothing.
    expect(isStillOpen(period, [{ status: "open", automatically_finalizes_at: null, period_end: period.start.getTime() / 1_000 }], true, after(MINUTE_MS))).toBe(true);
  });
});
