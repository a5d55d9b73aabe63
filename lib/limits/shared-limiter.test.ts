import type { Server } from "node:http";
import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chooseEngine } from "@/local/redis/choose-engine";
import type { Engine } from "@/local/redis/engine";
import { createGateway } from "@/local/redis/gateway";
import { openMemoryEngine } from "@/local/redis/memory/memory-engine";
import { TAKE_TOKENS_SHA } from "@/local/redis/memory/native-scripts";
import { findRedisBinary } from "@/local/redis/redis-child";
import { listen } from "@/local/serve";
import { createLimiter, type Limiter } from "@/lib/limits/limiter";
import type { RatePolicy } from "@/lib/limits/policies";
import { takeShared } from "@/lib/limits/shared-limiter";
import type { Limit, LimitState } from "@/lib/limits/state";
import { TAKE_SCRIPT_SHA } from "@/lib/limits/take-script";
import { tokensLeft, usedAt, type Level } from "@/lib/limits/token-bucket";

const searchPath = process.env.PATH ?? "";
const engines: [string, () => Promise<Engine>][] = [
  ["memory", async () => openMemoryEngine()],
  ["memory, with the script in its interpreter", async () => openMemoryEngine(undefined, new Map())],
];
if ((await findRedisBinary(searchPath)) !== null) engines.push(["redis", () => chooseEngine({ redisUrl: null, searchPath, dataFolder: null })]);

test("the memory engine knows the script", () => expect(TAKE_TOKENS_SHA).toBe(TAKE_SCRIPT_SHA));

const allowed = (answers: LimitState[][]): number => answers.filter((states) => states.every((state) => state.allowed)).length;

describe.each(engines)("limits shared over %s", (_name, openEngine) => {
  let engine: Engine;
  let server: Server;
  let url: string;
  let redis: Redis;

  beforeAll(async () => {
    engine = await openEngine();
    server = createGateway({ token: "t", engine });
    url = `http://127.0.0.1:${(await listen(server, 0, "127.0.0.1")).port}`;
    redis = connect();
  });
  beforeEach(async () => void (await redis.flushall()));
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await engine.close();
  });

  const connect = (): Redis => new Redis({ url, token: "t", enableAutoPipelining: true, responseEncoding: false, retry: false });
  const never = (): never => {
    throw new Error("decided locally");
  };
  /** One process: a client and a limiter of its own. */
  const makeLimiter = (): Limiter => {
    const client = connect();
    return createLimiter((ask) => ask(client), never);
  };

  test("200 takes at once over two processes, in any mixture of batches, are granted exactly 50", async () => {
    const [one, two] = [makeLimiter(), makeLimiter()];
    const answers = await Promise.all(Array.from({ length: 200 }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, n % 7));
      return (n % 2 ? one : two)([{ policy: "export", subject: "ten_a", quota: 50 }]);
    }));
    expect(allowed(answers)).toBe(50);
    expect(answers.flat().filter((state) => state.allowed).map((state) => state.remaining).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(answers.flat().every((state) => state.shared)).toBe(true);
  });

  test("a request that its key's limit refuses takes nothing from the tenant's, also among others in the same batch", async () => {
    const take = makeLimiter();
    // Windows of an hour, so that hardly anything comes back while the test runs.
    const ofKey = (key: string) => take([{ policy: "invite", subject: key, quota: 5 }, { policy: "export", subject: "ten_a", quota: 100 }]);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => ofKey(n % 3 ? "key_a" : "key_b")));
    expect(allowed(answers)).toBe(10);
    const refused = answers.findLast((states) => !states[0]?.allowed);
    expect(refused?.map(({ policy, allowed: fine }) => [policy, fine])).toEqual([["invite", false], ["export", true]]);
    expect((await take([{ policy: "export", subject: "ten_a", quota: 100 }]))[0]?.remaining).toBe(89);
    // The other way round: what the tenant's limit refuses stays in the key's.
    const last = Array.from({ length: 4 }, () => take([{ policy: "invite", subject: "key_c", quota: 50 }, { policy: "export", subject: "ten_b", quota: 2 }]));
    expect(allowed(await Promise.all(last))).toBe(2);
    expect((await take([{ policy: "invite", subject: "key_c", quota: 50 }]))[0]?.remaining).toBe(47);
  });

  test("remaining and reset are what they say", async () => {
    const take = makeLimiter();
    const first = await take([{ policy: "tenant", subject: "ten_a", quota: 60 }]);
    expect(first).toEqual([{ policy: "tenant", quota: 60, windowMs: 60_000, allowed: true, remaining: 59, resetMs: 1_000, shared: true }]);
    const slow = [{ policy: "export", subject: "ten_a", quota: 2 }] as const;
    await take(slow);
    expect((await take(slow))[0]).toMatchObject({ allowed: true, remaining: 0 });
    const [refused] = await take(slow);
    expect(refused?.allowed).toBe(false);
    expect(refused?.resetMs).toBeGreaterThan(1_790_000);
    expect(refused?.resetMs).toBeLessThanOrEqual(1_800_000);
  });

  test("a raised limit acts at once, and counts what was used", async () => {
    const take = makeLimiter();
    for (let n = 0; n < 3; n++) await take([{ policy: "export", subject: "ten_a", quota: 3 }]);
    expect((await take([{ policy: "export", subject: "ten_a", quota: 3 }]))[0]?.allowed).toBe(false);
    expect((await take([{ policy: "export", subject: "ten_a", quota: 5 }]))[0]).toMatchObject({ allowed: true, remaining: 1 });
    expect((await take([{ policy: "export", subject: "ten_a", quota: 3 }]))[0]?.allowed).toBe(false);
  });

  test("no bucket is kept much longer than until it is full, whatever its subject is called", async () => {
    const take = makeLimiter();
    for (const subject of ["ada@example.com", "{a}:b c", "x".repeat(100_000), "\r\nFLUSHALL"]) expect((await take([{ policy: "mail", subject }]))[0]?.remaining).toBe(4);
    await take([{ policy: "anonymous", subject: "2001:db8::1" }, { policy: "tenant", subject: "ten_a", quota: 60 }]);
    const keys = await redis.keys("*");
    expect(keys).toHaveLength(6);
    for (const key of keys) {
      const left = await redis.pttl(key);
      expect(left > 0 && left <= 721_000, `${key}: ${left}`).toBe(true);
    }
  });

  test("Redis that has forgotten the script gets it again", async () => {
    const take = makeLimiter();
    await redis.scriptFlush();
    expect(allowed(await Promise.all(Array.from({ length: 10 }, () => take([{ policy: "export", subject: "ten_a", quota: 4 }]))))).toBe(4);
  });

  test("a clock that went back does not lock anybody out", async () => {
    const ahead = Date.now() + 3_600_000;
    await redis.set("rate:tenant:ten_a", `${60 * 60_000} ${ahead}`);
    const take = makeLimiter();
    expect((await take([{ policy: "tenant", subject: "ten_a", quota: 60 }]))[0]?.allowed).toBe(false);
    const [, at] = String(await redis.get("rate:tenant:ten_a")).split(" ");
    expect(Number(at)).toBeLessThan(ahead - 3_000_000);
    expect(await redis.pttl("rate:tenant:ten_a")).toBeLessThanOrEqual(61_000);
  });

  test("what somebody else left under a bucket's name counts as a full one", async () => {
    await redis.set("rate:tenant:ten_a", "no bucket");
    expect((await makeLimiter()([{ policy: "tenant", subject: "ten_a", quota: 60 }]))[0]?.remaining).toBe(59);
  });

  test("the script keeps to the same rule as the code, step by step", { timeout: 60_000 }, async () => {
    const policies: RatePolicy[] = ["tenant", "key", "export"];
    const windows = { tenant: 601, key: 997, export: 60_000 } as Record<RatePolicy, number>;
    const levels = new Map<string, Level>();
    let seed = 7;
    const random = (below: number): number => (seed = (Math.imul(seed, 48_271) >>> 0) % 2_147_483_647) % below;
    let decided = 0;
    for (let step = 0; step < 400; step++) {
      const limits: Limit[] = policies.slice(0, 1 + random(3)).map((policy) => {
        const subject = random(3);
        return { policy, key: `rate:${policy}:${subject}`, quota: [3, 17, 250][subject] ?? 1, windowMs: windows[policy] };
      });
      const asked = 1 + random(4);
      const granted = allowed(await takeShared(redis, Array.from({ length: asked }, () => limits)));
      if (granted > 0) {
        // What was written names the moment at which it was decided: by it the code must come to the same numbers.
        const stored = (await redis.mget<(string | null)[]>(...limits.map(({ key }) => key))).map((text) => text?.split(" ").map(Number));
        const at = Math.max(...stored.map((written) => written?.[1] ?? 0));
        const before = limits.map((limit) => usedAt(limit, levels.get(limit.key), at));
        const after = limits.map((limit, index) => (before[index] ?? 0) + granted * limit.windowMs);
        limits.forEach((limit, index) => levels.set(limit.key, { used: after[index] ?? 0, at }));
        expect(stored).toEqual(after.map((used) => [used, at]));
        expect(granted).toBe(Math.min(asked, ...limits.map((limit, index) => tokensLeft(limit, before[index] ?? 0))));
        decided += 1;
      } else {
        const now = Date.now() - 1_000;
        expect(limits.some((limit) => tokensLeft(limit, usedAt(limit, levels.get(limit.key), now)) === 0)).toBe(true);
      }
      if (step % 5 === 0) await new Promise((resolve) => setTimeout(resolve, random(20)));
    }
    expect(decided).toBeGreaterThan(50);
  });
});
