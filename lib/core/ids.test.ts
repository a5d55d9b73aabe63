import { describe, expect, test } from "vitest";
import { isId, newId } from "@/lib/core/ids";

describe("ids", () => {
  test("carry their prefix and 26 characters of lower-case Crockford base32", () => {
    expect(newId("run")).toMatch(/^run_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  test("sort by the time they were made", () => {
    const times = [0, 1, 255, 256, 65_535, 65_536, 1_700_000_000_000, 1_700_000_000_001, 2 ** 41];
    const ids = times.map((time) => newId("run", time));
    expect(ids.toSorted()).toEqual(ids);
  });

  test("sort in the order of their making within one millisecond", () => {
    const ids = Array.from({ length: 2_000 }, () => newId("run", 1_764_000_000_456));
    expect(ids.toSorted()).toEqual(ids);
  });

  test("are UUIDs of version 7, variant 10, with the time in front", () => {
    const now = 1_764_000_000_123;
    const bits = [...newId("evt", now).slice(4)].reduce((value, letter) => (value << 5n) | BigInt("0123456789abcdefghjkmnpqrstvwxyz".indexOf(letter)), 0n);
    expect(bits >> 80n).toBe(BigInt(now));
    expect((bits >> 76n) & 0xfn).toBe(7n);
    expect((bits >> 62n) & 3n).toBe(2n);
  });

  test("do not repeat within one millisecond", () => {
    expect(new Set(Array.from({ length: 20_000 }, () => newId("req", 1_000))).size).toBe(20_000);
  });

  test.each(["run_", "run_abc", `agt_${"0".repeat(26)}`, `run_${"0".repeat(27)}`, `run_${"i".repeat(26)}`, `run_${"A".repeat(26)}`, `run_${"0".repeat(25)}\n`])(
    "%j is not a run's id",
    (text) => expect(isId("run", text)).toBe(false),
  );

  test("a new id is one", () => expect(isId("run", newId("run"))).toBe(true));
});
