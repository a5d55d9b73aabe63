import { describe, expect, test } from "vitest";
import { createLocalLimiter } from "@/lib/limits/local-limiter";
import type { RatePolicy } from "@/lib/limits/policies";
import type { Limit } from "@/lib/limits/state";

const limit = (policy: RatePolicy, subject: string, quota: number): Limit => ({ policy, key: `rate:${policy}:${subject}`, quota, windowMs: 60_000 });
const allowed = (states: { allowed: boolean }[]): boolean => states.every((state) => state.allowed);

describe("the limiter of one process", () => {
  test("gives the quota and not one more, refills evenly, and says it decided alone", () => {
    let now = 0;
    const take = createLocalLimiter({ processes: 1, now: () => now });
    const one = [limit("tenant", "a", 6)];
    expect(Array.from({ length: 10 }, () => allowed(take(one))).filter(Boolean)).toHaveLength(6);
    expect(take(one)).toEqual([{ policy: "tenant", quota: 6, windowMs: 60_000, allowed: false, remaining: 0, resetMs: 10_000, shared: false }]);
    now = 9_999;
    expect(allowed(take(one))).toBe(false);
    now = 10_000;
    expect([allowed(take(one)), allowed(take(one))]).toEqual([true, false]);
  });

  test("a request that one limit refuses takes from none", () => {
    const take = createLocalLimiter({ processes: 1, now: () => 0 });
    const both = [limit("key", "k", 2), limit("tenant", "t", 10)];
    for (let n = 0; n < 7; n++) take(both);
    expect(take(both).map(({ policy, allowed: fine, remaining }) => [policy, fine, remaining])).toEqual([["key", false, 0], ["tenant", true, 8]]);
    expect(take([limit("tenant", "t", 10)])[0]?.remaining).toBe(7);
  });

  test("with several processes each gives its part, and tells the whole policy", () => {
    const processes = Array.from({ length: 4 }, () => createLocalLimiter({ processes: 4, now: () => 0 }));
    const states = processes.flatMap((take) => Array.from({ length: 30 }, () => take([limit("tenant", "a", 42)])).flat());
    expect(states.filter((state) => state.allowed)).toHaveLength(40);
    expect(new Set(states.map((state) => state.quota))).toEqual(new Set([42]));
    expect(createLocalLimiter({ processes: 4, now: () => 0 })([limit("key", "a", 1)])[0]?.allowed).toBe(true);
  });

  test("many addresses push out only the oldest of their own kind", () => {
    const take = createLocalLimiter({ processes: 1, now: () => 0, mostBuckets: 100 });
    const [tenant, recent, old] = [[limit("tenant", "t", 1)], [limit("anonymous", "recent", 1)], [limit("anonymous", "old", 1)]];
    take(tenant);
    take(old);
    for (let n = 0; n < 90; n++) take([limit("anonymous", `flood-${n}`, 1)]);
    take(recent);
    for (let n = 90; n < 180; n++) take([limit("anonymous", `flood-${n}`, 1)]);
    expect([allowed(take(tenant)), allowed(take(recent)), allowed(take(old))]).toEqual([false, false, true]);
  });

  test("what guards an account refuses, for as long as it takes to ask Redis again", () => {
    const take = createLocalLimiter({ processes: 1, now: () => 0 });
    expect(take([limit("sign_in", "a", 20)])[0]).toMatchObject({ allowed: false, remaining: 0, resetMs: 2_000, shared: false });
  });
});
