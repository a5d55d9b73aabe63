import { expect, test } from "vitest";
import { utcDay, utcDaysBetween } from "@/lib/core/time";

test("days are UTC days, both ends included, across a leap day", () => {
  expect(utcDay(new Date("2028-02-29T23:59:59.999Z"))).toBe("2028-02-29");
  expect(utcDaysBetween(new Date("2028-02-28T23:00:00Z"), new Date("2028-03-01T00:00:00Z"))).toEqual(["2028-02-28", "2028-02-29", "2028-03-01"]);
});

test("one instant is one day, and a range the wrong way round is none", () => {
  const at = new Date("2026-12-31T12:00:00Z");
  expect(utcDaysBetween(at, at)).toEqual(["2026-12-31"]);
  expect(utcDaysBetween(at, new Date("2026-12-30T12:00:00Z"))).toEqual([]);
});
