/** The application's own limiter, client and breaker against a Redis that is well, slow, silent or gone. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createGateway } from "@/local/redis/gateway";
import { openMemoryEngine } from "@/local/redis/memory/memory-engine";
import type { Engine } from "@/local/redis/engine";
import type { LimitCheck } from "@/lib/limits/limiter";
import type { LimitState } from "@/lib/limits/state";

type Health = { kind: "well" } | { kind: "slow"; ms: number } | { kind: "silent" } | { kind: "gone" };
type Process = { take: (checks: LimitCheck[]) => Promise<LimitState[]> };

let engine: Engine;
let gateway: Server;
let front: Server;
let health: Health = { kind: "well" };
let asked = 0;

beforeAll(async () => {
  engine = openMemoryEngine();
  gateway = createGateway({ token: "t", engine });
  front = createServer((request, response) => {
    asked += 1;
    const now = health;
    if (now.kind === "silent") return;
    if (now.kind === "gone") return void request.socket.destroy();
    setTimeout(() => gateway.emit("request", request, response), now.kind === "slow" ? now.ms : 0);
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  // A server that listens has an address with a port.
  const { port } = front.address() as AddressInfo;
  vi.stubEnv("AUTH_SECRET", "x".repeat(40));
  vi.stubEnv("UPSTASH_REDIS_REST_URL", `http://127.0.0.1:${port}`);
  vi.stubEnv("UPSTASH_REDIS_REST_TOKEN", "t");
});
beforeEach(async () => {
  health = { kind: "well" };
  await engine.run([["FLUSHALL"]]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  front.close();
  front.closeAllConnections();
  await engine.close();
});

/** A copy of the modules with a breaker and buckets of its own, as a process has them. */
async function startProcess(): Promise<Process> {
  vi.resetModules();
  const { takeLimits } = await import("@/lib/limits/limiter");
  return { take: takeLimits };
}

const tenant = (quota = 1_000): LimitCheck[] => [{ policy: "tenant", subject: "ten_a", quota }];

describe.each<[string, Health]>([["gone", { kind: "gone" }], ["silent", { kind: "silent" }], ["slow", { kind: "slow", ms: 900 }]])("while Redis is %s", (_name, fault) => {
  test("limits hold in the process, nobody waits once the breaker is open, and one question at a time finds Redis back", { timeout: 20_000 }, async () => {
    const { take } = await startProcess();
    expect((await take(tenant(40)))[0]).toMatchObject({ allowed: true, remaining: 39, shared: true });
    health = fault;
    for (let n = 0; n < 3; n++) expect((await take(tenant(40)))[0]).toMatchObject({ policy: "tenant", quota: 40, allowed: true, shared: false });
    const before = asked;
    const began = performance.now();
    const states = (await Promise.all(Array.from({ length: 100 }, () => take(tenant(40))))).flat();
    expect(performance.now() - began).toBeLessThan(200);
    expect(asked).toBe(before);
    expect(states.filter((state) => state.allowed)).toHaveLength(37);
    expect((await take([{ policy: "sign_in", subject: "203.0.113.9" }]))[0]).toMatchObject({ allowed: false, shared: false });

    await new Promise((resolve) => setTimeout(resolve, 2_050));
    // Still away: of a hundred that ask now, one batch finds out.
    await Promise.all(Array.from({ length: 100 }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, n));
      return take([{ policy: "anonymous", subject: `192.0.2.${n}` }]);
    }));
    // Where the connection is cut, the HTTP client may try that one question on a second connection.
    expect(asked - before).toBeLessThanOrEqual(fault.kind === "gone" ? 2 : 1);
    expect(asked - before).toBeGreaterThanOrEqual(1);

    health = { kind: "well" };
    await expect.poll(async () => (await take(tenant()))[0]?.shared, { timeout: 6_000, interval: 50 }).toBe(true);
    // What the buckets in Redis had is what counts again, the same for a second process.
    const [here] = await take(tenant());
    const [there] = await (await startProcess()).take(tenant());
    expect([here?.shared, there?.shared]).toEqual([true, true]);
    expect(Math.abs((here?.remaining ?? 0) - 1 - (there?.remaining ?? 0))).toBeLessThanOrEqual(2);
    expect((await take([{ policy: "sign_in", subject: "203.0.113.9" }]))[0]).toMatchObject({ allowed: true, remaining: 19, shared: true });
  });
});

test("a Redis that answers late but in time is used", async () => {
  const { take } = await startProcess();
  health = { kind: "slow", ms: 150 };
  for (let n = 0; n < 4; n++) expect((await take(tenant()))[0]).toMatchObject({ allowed: true, shared: true });
});

test("requests in flight together share a round trip, however many limits and keys", async () => {
  const { take } = await startProcess();
  await take(tenant());
  const before = asked;
  await Promise.all(Array.from({ length: 200 }, (_, n) => take([{ policy: "key", subject: `key_${n % 20}`, quota: 100 }, ...tenant()])));
  // The first goes alone or with its turn of the event loop; the rest waits for it and goes together.
  expect(asked - before).toBeLessThanOrEqual(2);
});
