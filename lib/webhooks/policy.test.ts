import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "@/lib/core/time";
import { hasFailedTooLong, MOST_TRIES, outcomeOf, retryDelayMs } from "@/lib/webhooks/policy";

const delays = (random: number): number[] => Array.from({ length: MOST_TRIES - 1 }, (_, at) => retryDelayMs(at + 1, random) ?? Number.NaN);

describe("back-off", () => {
  test("begins with seconds, each wait longer than the one before, about a day in all, then gives up", () => {
    const waits = delays(0.5);
    expect(waits[0]).toBe(5_000);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    const sum = waits.reduce((total, wait) => total + wait, 0);
    expect(sum).toBeGreaterThan(23 * HOUR_MS);
    expect(sum).toBeLessThan(DAY_MS);
    expect(retryDelayMs(MOST_TRIES)).toBeNull();
    expect(retryDelayMs(MOST_TRIES + 5)).toBeNull();
  });

  test("spreads by a tenth either way and no further", () => {
    const [least, middle, most] = [delays(0), delays(0.5), delays(1)];
    middle.forEach((wait, at) => {
      expect(least[at]).toBe(Math.round(wait * 0.9));
      expect(most[at]).toBe(Math.round(wait * 1.1));
    });
  });
});

test.each([[200, "succeeded"], [204, "succeeded"], [299, "succeeded"], [199, "failed"], [300, "failed"], [302, "failed"], [400, "failed"], [410, "gone"], [429, "failed"], [500, "failed"], [null, "failed"]] as const)(
  "an answer of %s is %s", (status, outcome) => expect(outcomeOf(status)).toBe(outcome));

test("three days of failures are too long, a moment less is not", () => {
  expect(hasFailedTooLong(0, 3 * DAY_MS)).toBe(true);
  expect(hasFailedTooLong(0, 3 * DAY_MS - 1)).toBe(false);
});
