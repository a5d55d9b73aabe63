/** Calendar and cents, without a server. */
import { expect, test } from "vitest";
import { amountOf, divideHalfUp, formatMoney, percentOf, prorate } from "./billing/money";
import { parseForm } from "./http/form";
import { addMonths, endOfPeriod, moveBack } from "./world/calendar";

const at = (iso: string): number => Date.parse(iso) / 1000;
const iso = (moment: number): string => new Date(moment * 1000).toISOString().slice(0, 19);
const MONTH = { interval: "month", interval_count: 1 } as const;

test("a month later is the same day, or the last one there is", () => {
  expect(iso(addMonths(at("2027-01-31T10:00:00Z"), 1))).toBe("2027-02-28T10:00:00");
  expect(iso(addMonths(at("2028-01-31T10:00:00Z"), 1))).toBe("2028-02-29T10:00:00");
  expect(iso(addMonths(at("2027-03-31T23:59:59Z"), -1))).toBe("2027-02-28T23:59:59");
  expect(iso(addMonths(at("2027-01-15T00:00:00Z"), -13))).toBe("2025-12-15T00:00:00");
});

test("periods keep the day of their anchor across short months", () => {
  const anchor = at("2027-01-31T08:30:00Z");
  const ends = [0, 1, 2, 3].reduce<number[]>((all) => [...all, endOfPeriod(all.at(-1) ?? anchor, anchor, MONTH)], []);
  expect(ends.map(iso)).toEqual(["2027-02-28T08:30:00", "2027-03-31T08:30:00", "2027-04-30T08:30:00", "2027-05-31T08:30:00"]);
  expect(iso(endOfPeriod(anchor, anchor, { interval: "year", interval_count: 1 }))).toBe("2028-01-31T08:30:00");
  expect(iso(endOfPeriod(anchor, anchor, { interval: "month", interval_count: 3 }))).toBe("2027-04-30T08:30:00");
  expect(iso(endOfPeriod(anchor, anchor, { interval: "week", interval_count: 2 }))).toBe("2027-02-14T08:30:00");
});

test("a world that was moved across a short month has no period of three days", () => {
  const by = { months: 1, days: 0, seconds: 0 };
  const anchor = moveBack(at("2027-01-31T00:00:00Z"), by);
  const end = moveBack(at("2027-02-28T00:00:00Z"), by);
  expect(iso(endOfPeriod(end, anchor, MONTH))).toBe("2027-02-28T00:00:00");
});

test("moving back takes months first, then days, then seconds", () => {
  expect(iso(moveBack(at("2027-03-31T00:00:10Z"), { months: 1, days: 1, seconds: 11 }))).toBe("2027-02-26T23:59:59");
});

test("cents are rounded once, half away from zero, without floating point", () => {
  expect([divideHalfUp(5n, 10n), divideHalfUp(-5n, 10n), divideHalfUp(4n, 10n), divideHalfUp(15n, 10n)]).toEqual([1, -1, 0, 2]);
  expect([amountOf(5_000n, "0.0001"), amountOf(4_999n, "0.0001"), amountOf(3, "33.5"), amountOf(9_007_199_254_740_993n, "0.0001")]).toEqual([1, 0, 101, 900_719_925_474]);
  expect([prorate(1, "14900", 1, 3), prorate(1, "4900", 19 * 86_400 + 1, 31 * 86_400), prorate(2, "0.5", 1, 2)]).toEqual([4_967, 3_003, 1]);
  expect([percentOf(11_920, 19), percentOf(-1_000, 8.1), percentOf(1, 50)]).toEqual([2_265, -81, 1]);
  expect([formatMoney(1_234_567), formatMoney(-5)]).toEqual(["$12,345.67", "−$0.05"]);
});

test("a form becomes objects and lists", () => {
  expect(parseForm("a=1&b[c][d]=2&e[0][f]=3&e[1][f]=4&g[]=5&g[]=6&h=")).toEqual({ a: "1", b: { c: { d: "2" } }, e: [{ f: "3" }, { f: "4" }], g: ["5", "6"], h: "" });
  expect(parseForm("__proto__[x]=1")).not.toHaveProperty("x");
  expect(() => parseForm("a=1&a[b]=2")).toThrow(/both a value and an object/);
});
