/** Nobody's backlog delays somebody else's first run. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, readRun } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { closeDb } from "@/lib/platform/db";
import { claimRun } from "@/lib/runs/worker/repo";
import { startRunWorker, type RunWorker } from "@/lib/runs/worker/worker";

vi.hoisted(() => {
  const free = { name: "Model", input_micros_per_million: 0, output_micros_per_million: 0, context_tokens: 200_000, max_output_tokens: 10_000 };
  process.env.MODEL_CATALOGUE = JSON.stringify([{ id: "stint-extract-1", ...free }, { id: "stint-extract-1:pace-2500.long", ...free }]);
});

const BACKLOG = 10_000;
/** About ten seconds at the pace of its model. */
const LONG = "The barge carried gravel from the northern quarry. It passed the second lock at noon.";
let workers: RunWorker[] = [];

beforeAll(endLeftoverRuns);
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop(0)));
  await endLeftoverRuns();
  await closeDb();
});

test("with two workers of four slots and ten thousand long runs waiting, another tenant's run starts within two seconds", { timeout: 120_000 }, async () => {
  const crowd = await makeWorkspace({ concurrentRuns: 1_000, queueDepth: BACKLOG });
  await queueRuns(crowd, BACKLOG, { model: "stint-extract-1:pace-2500.long", input: LONG });
  workers = [startRunWorker(4), startRunWorker(4)];
  const running = async () => (await owner().query<{ n: number }>("SELECT count(*)::int AS n FROM run WHERE tenant_id = $1 AND status = 'running'", [crowd.tenantId])).rows[0]?.n ?? 0;
  // Each keeps one of its slots for whoever has nothing running.
  await until(running, (n) => n === 6);
  const waits: number[] = [];
  for (let n = 0; n < 3; n++) {
    const one = await makeWorkspace({ concurrentRuns: 1 });
    const [id = ""] = await queueRuns(one, 1);
    await until(() => readRun(id), (run) => run.status !== "queued", 10_000);
    const { rows } = await owner().query<{ ms: number }>("SELECT (extract(epoch FROM started_at - created_at) * 1000)::int AS ms FROM run WHERE id = $1", [id]);
    waits.push(rows[0]?.ms ?? Number.POSITIVE_INFINITY);
  }
  for (const ms of waits) expect(ms).toBeLessThan(2_000);
  expect(await running()).toBe(6);
});

test("a slot that is kept is for a tenant's first run only, and of equals the larger plan comes first", async () => {
  await endLeftoverRuns();
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)));
  const small = await makeWorkspace({ concurrentRuns: 2 });
  const large = await makeWorkspace({ concurrentRuns: 20 });
  await queueRuns(small, 2);
  await queueRuns(large, 2);
  const claim = (kind: "any" | "first" | "child") => claimRun("wrk_test", 5_000, 500, kind);
  expect(await claim("child")).toBeNull();
  expect(await claim("first")).toMatchObject({ tenant_id: large.tenantId });
  expect(await claim("first")).toMatchObject({ tenant_id: small.tenantId });
  expect(await claim("first")).toBeNull();
  // One of twenty is less of a plan than one of two.
  expect(await claim("any")).toMatchObject({ tenant_id: large.tenantId });
  expect(await claim("any")).toMatchObject({ tenant_id: small.tenantId });
});
