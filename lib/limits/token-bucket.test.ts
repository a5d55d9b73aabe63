import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { TAKE_SCRIPT, TAKE_SCRIPT_SHA } from "@/lib/limits/take-script";
import { msUntilFull, msUntilToken, tokensLeft, usedAt, type Level } from "@/lib/limits/token-bucket";

const MINUTE = { quota: 60, windowMs: 60_000 };

test("the script's name is that of its text", () => expect(createHash("sha1").update(TAKE_SCRIPT).digest("hex")).toBe(TAKE_SCRIPT_SHA));

describe("a bucket", () => {
  test("is full at first, and full again after a window", () => {
    expect(tokensLeft(MINUTE, usedAt(MINUTE, undefined, 5))).toBe(60);
    const empty = { used: 60 * 60_000, at: 1_000 };
    expect(tokensLeft(MINUTE, usedAt(MINUTE, empty, 1_000))).toBe(0);
    expect(tokensLeft(MINUTE, usedAt(MINUTE, empty, 60_999))).toBe(59);
    expect(usedAt(MINUTE, empty, 61_000)).toBe(0);
  });

  test("gives a token back to the millisecond, also where it is no whole number of them", () => {
    const seven = { quota: 7, windowMs: 60_000 };
    const empty = { used: 7 * 60_000, at: 0 };
    // A token every 8,571.43 ms.
    expect([8_571, 8_572, 17_142, 17_143, 59_999, 60_000].map((now) => tokensLeft(seven, usedAt(seven, empty, now)))).toEqual([0, 1, 1, 2, 6, 7]);
    expect(msUntilToken(seven, empty.used)).toBe(8_572);
    expect(msUntilFull(seven, empty.used)).toBe(60_000);
  });

  test("a changed quota counts what was used before", () => {
    const level = { used: 50 * 60_000, at: 0 };
    expect(tokensLeft({ quota: 300, windowMs: 60_000 }, usedAt({ quota: 300, windowMs: 60_000 }, level, 0))).toBe(250);
    expect(tokensLeft({ quota: 10, windowMs: 60_000 }, usedAt({ quota: 10, windowMs: 60_000 }, level, 0))).toBe(0);
    expect(msUntilToken({ quota: 10, windowMs: 60_000 }, usedAt({ quota: 10, windowMs: 60_000 }, level, 0))).toBe(6_000);
  });

  test("a clock that goes back costs nothing; a quota of nothing never gives", () => {
    expect(usedAt(MINUTE, { used: 60_000, at: 10_000 }, 9_000)).toBe(60_000);
    expect([tokensLeft({ quota: 0, windowMs: 60_000 }, 0), msUntilToken({ quota: 0, windowMs: 60_000 }, 0)]).toEqual([0, 60_000]);
  });
});

/** Seeded, so that a failure can be seen again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))("agrees with an exact fraction of tokens, seed %d", (seed) => {
  const random = randomFrom(seed);
  const bucket = { quota: 1 + random(seed % 2 ? 12 : 9_000), windowMs: [1_000, 60_000, 3_600_000][random(3)] ?? 1_000 };
  const [quota, windowMs] = [BigInt(bucket.quota), BigInt(bucket.windowMs)];
  let level: Level | undefined;
  // The model: tokens in the bucket, as a numerator over windowMs.
  let tokens = quota * windowMs;
  let now = 1_700_000_000_000;
  for (let step = 0; step < 400; step++) {
    const passed = random(4) === 0 ? random(bucket.windowMs * 2) : random(Math.ceil((bucket.windowMs / bucket.quota) * 2));
    now += passed;
    tokens = tokens + BigInt(passed) * quota > quota * windowMs ? quota * windowMs : tokens + BigInt(passed) * quota;
    const used = usedAt(bucket, level, now);
    const whole = Number(tokens / windowMs);
    expect(tokensLeft(bucket, used)).toBe(whole);
    const wait = msUntilToken(bucket, used);
    expect(wait === 0).toBe(whole > 0);
    if (wait > 0) expect([tokensLeft(bucket, usedAt(bucket, { used, at: now }, now + wait - 1)), tokensLeft(bucket, usedAt(bucket, { used, at: now }, now + wait))]).toEqual([0, 1]);
    const full = msUntilFull(bucket, used);
    expect(usedAt(bucket, { used, at: now }, now + full)).toBe(0);
    const take = Math.min(whole, random(3));
    if (take === 0) continue;
    tokens -= BigInt(take) * windowMs;
    level = { used: used + take * bucket.windowMs, at: now };
  }
});
