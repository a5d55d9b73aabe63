import { describe, expect, it } from "vitest";
import { mergeHours, shared, splitRange, wholeHours, without } from "@/lib/usage/range";

const span = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });
const show = (range: { from: Date; to: Date }) => `${range.from.toISOString().slice(0, 16)} ${range.to.toISOString().slice(0, 16)}`;
const parts = (from: string, to: string) => {
  const { days, hours } = splitRange(span(from, to));
  return { days: days && show(days), hours: hours.map(show) };
};

describe("wholeHours", () => {
  it("takes in the hours that a range touches", () => expect(show(wholeHours(span("2026-11-01T10:20:00Z", "2026-11-01T11:00:00.001Z")))).toBe("2026-11-01T10:00 2026-11-01T12:00"));
});

describe("splitRange", () => {
  it("reads whole days as days", () => expect(parts("2028-02-28T00:00:00Z", "2028-03-01T00:00:00Z")).toEqual({ days: "2028-02-28T00:00 2028-03-01T00:00", hours: [] }));

  it("reads the edges by the hour", () =>
    expect(parts("2026-10-30T22:15:00Z", "2026-11-02T01:30:00Z")).toEqual({
      days: "2026-10-31T00:00 2026-11-02T00:00", hours: ["2026-10-30T22:00 2026-10-31T00:00", "2026-11-02T00:00 2026-11-02T02:00"],
    }));

  it("reads a range within two days by the hour alone", () => expect(parts("2026-11-01T22:15:00Z", "2026-11-02T01:00:00Z")).toEqual({ days: null, hours: ["2026-11-01T22:00 2026-11-02T01:00"] }));

  it("reads nothing of nothing", () => expect(parts("2026-11-02T00:00:00Z", "2026-11-02T00:00:00Z")).toEqual({ days: null, hours: [] }));
});

describe("parts of ranges", () => {
  const whole = span("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
  it("are what is left when others are cut out", () => {
    expect(without(whole, []).map(show)).toEqual(["2026-11-01T00:00 2026-11-02T00:00"]);
    expect(without(whole, [span("2026-10-31T00:00:00Z", "2026-11-01T03:00:00Z"), span("2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z")]).map(show)).toEqual(["2026-11-01T03:00 2026-11-01T05:00", "2026-11-01T06:00 2026-11-02T00:00"]);
    expect(without(whole, [whole])).toEqual([]);
  });
  it("are what two share", () => {
    expect(shared(whole, span("2026-11-01T20:00:00Z", "2026-11-05T00:00:00Z"))).toEqual(span("2026-11-01T20:00:00Z", "2026-11-02T00:00:00Z"));
    expect(shared(whole, span("2026-11-02T00:00:00Z", "2026-11-05T00:00:00Z"))).toBeNull();
  });
  it("become whole hours that do not overlap", () =>
    expect(mergeHours([span("2026-11-01T09:30:00Z", "2026-11-01T10:10:00Z"), span("2026-11-01T02:00:00Z", "2026-11-01T03:00:00Z"), span("2026-11-01T10:40:00Z", "2026-11-01T10:50:00Z")]).map(show)).toEqual(["2026-11-01T02:00 2026-11-01T03:00", "2026-11-01T09:00 2026-11-01T11:00"]));
});
