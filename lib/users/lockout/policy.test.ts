import { describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "@/lib/core/time";
import { LOCK_RULES, lockMs, networkOf } from "@/lib/users/lockout/policy";

describe("a lock", () => {
  test("begins with the fifth failure and doubles up to an hour", () => {
    const minutes = Array.from({ length: 14 }, (_, at) => lockMs(LOCK_RULES.pair, at + 1) / MINUTE_MS);
    expect(minutes).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  });

  test("never overflows", () => expect(lockMs(LOCK_RULES.account, 1_000_000)).toBe(HOUR_MS));
});

test.each([
  ["192.0.2.7", "192.0.2.7"], ["unknown", "unknown"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"], ["2001:db8:1:2::9", "2001:db8:1:2::/64"], ["2001:DB8:0001:2::", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"], ["::1", "0:0:0:0::/64"], ["::ffff:192.0.2.7", "192.0.2.7"],
])("the network of %s is %s", (ip, network) => expect(networkOf(ip)).toBe(network));
