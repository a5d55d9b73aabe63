import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "@/lib/core/time";
import { overageCost, overageReach, pauseOf } from "@/lib/caps/policy";

const dollars = (amount: number) => Math.round(amount * 1_000_000);
const reach = (limit: number, quotaMinutes = 1_000) => overageReach({ quotaMs: quotaMinutes * MINUTE_MS, microsPerMinute: 50_000, limitMicros: dollars(limit) });

describe("what a spend limit reaches to", () => {
  test("at five cents a minute $25 are 500 minutes, or 250 and $12.50 of models", () => {
    expect(reach(25)).toEqual({ minutesMs: 500 * MINUTE_MS, endsAtTwice: false, mixed: { minutesMs: 250 * MINUTE_MS, modelMicros: dollars(12.5) } });
  });

  test("minutes end at twice the quota, and the rest of a higher limit is for models", () => {
    expect(reach(50)).toMatchObject({ minutesMs: 1_000 * MINUTE_MS, endsAtTwice: true });
    expect(reach(500)).toEqual({ minutesMs: 1_000 * MINUTE_MS, endsAtTwice: true, mixed: { minutesMs: 500 * MINUTE_MS, modelMicros: dollars(475) } });
  });

  test("both together never cost more than the limit", () => {
    for (let cents = 100; cents < 6_000; cents += 37) {
      const limit = cents / 100;
      const { minutesMs, mixed } = reach(limit);
      expect(overageCost(minutesMs, 50_000)).toBeLessThanOrEqual(dollars(limit));
      expect(overageCost(mixed.minutesMs, 50_000) + mixed.modelMicros).toBe(dollars(limit));
    }
  });
});

test("a cost is rounded up to the micro-dollar, and what is within the quota costs nothing", () => {
  expect([overageCost(1, 50_000), overageCost(MINUTE_MS, 50_000), overageCost(-5, 50_000)]).toEqual([1, 50_000, 0]);
});

test("only the workspace's own pause is its own doing", () => {
  expect(["owner", "staff", "twice_quota", "deletion", "purged", null, "other"].map((reason) => pauseOf(reason).ownDoing)).toEqual([true, false, false, false, false, false, false]);
});
