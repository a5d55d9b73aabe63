import { describe, expect, it } from "vitest";
import { barKeys, barOf, spanBefore, spanOf, usageViewSchema } from "@/lib/usage/view";

const at = (text: string) => new Date(text);
const NOW = at("2028-02-29T13:20:00Z");
const PERIOD = { start: at("2028-02-10T08:00:00Z"), end: at("2028-03-10T08:00:00Z") };
const BEFORE = at("2028-01-10T08:00:00Z");
const show = ({ from, to }: { from: Date; to: Date }) => `${from.toISOString().slice(0, 16)} ${to.toISOString().slice(0, 16)}`;

describe("usageViewSchema", () => {
  it("falls back to the period's minutes by agent", () => {
    const plain = { range: "period", meter: "minutes", by: "agent", chart: "each" };
    expect(usageViewSchema.parse({})).toEqual(plain);
    expect(usageViewSchema.parse({ range: "century", meter: ["spend", "calls"], by: "<script>", chart: "" })).toEqual(plain);
  });
});

describe("spans", () => {
  it("of today, the period and twelve months end now", () => {
    expect(show(spanOf("today", PERIOD, NOW))).toBe("2028-02-29T00:00 2028-02-29T13:20");
    expect(show(spanOf("period", PERIOD, NOW))).toBe("2028-02-10T08:00 2028-02-29T13:20");
    expect(show(spanOf("year", PERIOD, NOW))).toBe("2027-03-01T00:00 2028-02-29T13:20");
  });

  it("before are as long", () => {
    expect(show(spanBefore("today", PERIOD, BEFORE, NOW))).toBe("2028-02-28T00:00 2028-02-28T13:20");
    expect(show(spanBefore("period", PERIOD, BEFORE, NOW))).toBe("2028-01-10T08:00 2028-01-29T13:20");
    expect(show(spanBefore("year", PERIOD, BEFORE, NOW))).toBe("2026-03-01T00:00 2027-02-28T13:20");
  });

  it("before never reach into this period: the one before may be shorter", () => {
    const march = { start: at("2026-03-01T00:00:00Z"), end: at("2026-04-01T00:00:00Z") };
    expect(show(spanBefore("period", march, at("2026-02-01T00:00:00Z"), at("2026-03-30T12:00:00Z")))).toBe("2026-02-01T00:00 2026-03-01T00:00");
  });
});

describe("bars", () => {
  it("stand for every hour of the day", () => {
    const keys = barKeys("today", PERIOD, NOW);
    expect([keys.length, keys[0], keys.at(-1)]).toEqual([24, "2028-02-29T00:00:00Z", "2028-02-29T23:00:00Z"]);
    expect(barOf("today", NOW)).toBe("2028-02-29T13:00:00Z");
  });

  it("stand for every day that the period touches, a leap day included", () => {
    const keys = barKeys("period", PERIOD, NOW);
    expect([keys.length, keys[0], keys[19], keys.at(-1)]).toEqual([30, "2028-02-10", "2028-02-29", "2028-03-10"]);
    expect(keys).toContain(barOf("period", NOW));
  });

  it("end with the day before a period that ends at midnight", () => expect(barKeys("period", { start: at("2026-10-01T00:00:00Z"), end: at("2026-11-01T00:00:00Z") }, NOW).at(-1)).toBe("2026-10-31"));

  it("stand for twelve months", () => {
    const keys = barKeys("year", PERIOD, NOW);
    expect([keys.length, keys[0], keys.at(-1)]).toEqual([12, "2027-03", "2028-02"]);
    expect(barOf("year", NOW)).toBe("2028-02");
  });
});
