/** A worker whose loop hangs while its process lives: it is seen by what its loops do, and not by a timer. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { until } from "@/e2e/fixtures/until";
import { askRedis } from "@/lib/platform/redis";

const claims = vi.hoisted(() => ({ hang: false, resume: (): void => undefined, count: 0 }));
vi.mock("@/lib/runs/worker/repo", async (original) => ({
  ...(await original<typeof import("@/lib/runs/worker/repo")>()),
  claimRun: async () => {
    claims.count++;
    if (claims.hang) await new Promise<void>((resolve) => (claims.resume = resolve));
    return null;
  },
}));
const { startRunWorker } = await import("@/lib/runs/worker/worker");
const { findWorkerSign } = await import("@/lib/platform/worker-sign");

beforeEach(() => askRedis((redis) => redis.del("worker:progress")));
afterEach(() => {
  claims.hang = false;
  claims.resume();
});

test("claiming leaves the sign; a claim that never comes back makes the worker quiet and leaves none", async () => {
  const worker = startRunWorker(1);
  await until(() => findWorkerSign().then(() => true, () => false), (found) => found, 5_000);
  expect(await askRedis((redis) => redis.ttl("worker:progress"))).toBeGreaterThan(0);
  await until(() => Promise.resolve(claims.count), (count) => count > 3);
  expect(worker.quietMs()).toBeLessThan(5_000);

  claims.hang = true;
  const before = claims.count;
  await until(() => Promise.resolve(claims.count), (count) => count > before);
  await askRedis((redis) => redis.del("worker:progress"));
  // Signals and leases are still tended; that does not make up for a claim.
  await until(() => Promise.resolve(worker.quietMs()), (quiet) => quiet > 5_500, 10_000);
  await expect(findWorkerSign()).rejects.toThrow("no worker has taken a turn");

  claims.hang = false;
  claims.resume();
  await until(() => findWorkerSign().then(() => true, () => false), (found) => found, 10_000);
  await until(() => Promise.resolve(worker.quietMs()), (quiet) => quiet < 5_000, 10_000);
  await worker.stop(0);
}, 40_000);
