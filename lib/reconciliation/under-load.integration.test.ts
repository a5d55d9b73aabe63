/** While runs execute, calls are counted, usage is corrected and rolled up, a sweep never tells a difference. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { makeUser } from "@/e2e/fixtures/session";
import { closeDb } from "@/lib/platform/db";
import { startRunWorker } from "@/lib/runs/worker/worker";
import { projectLedger } from "@/lib/usage/service";

const LOAD_MS = 8_000;

beforeEach(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

const sql = (text: string, values: unknown[] = []) => owner().query<Record<string, unknown>>(text, values);

async function admitCalls(one: Workspace): Promise<void> {
  await sql("SELECT * FROM admit(ARRAY[$1, $1], ARRAY[NULL, NULL], ARRAY[NULL::int, NULL], ARRAY[NULL, NULL], ARRAY[3, 2], ARRAY[NULL, NULL], ARRAY[NULL, NULL])", [one.keyHash]);
}

test("reconciling in a loop under load raises no false alarm", async () => {
  const staff = await makeUser(null, { isStaff: true });
  // Room for all of it, room for half of it, and calls that end: caps and thresholds are passed on the way.
  const workspaces = [await makeWorkspace({ apiCalls: 500 }), await makeWorkspace({ minutesMs: 2_500 }), await makeWorkspace({ minutesMs: 60_000, concurrentRuns: 2 })];
  for (const one of workspaces) await queueRuns(one, 60);
  const workers = [startRunWorker(4), startRunWorker(4)];
  const end = performance.now() + LOAD_MS;
  const during = async (turn: () => Promise<unknown>): Promise<number> => {
    let turns = 0;
    for (; performance.now() < end; turns++) await turn();
    return turns;
  };
  const alarms: unknown[] = [];
  const [sweeps = 0] = await Promise.all([
    during(async () => {
      for (const one of workspaces) alarms.push(...(await sql("SELECT $1 AS slug, d.* FROM reconcile_tenant($2) d", [one.slug, one.tenantId])).rows);
    }),
    during(projectLedger),
    ...workspaces.map((one) => during(() => admitCalls(one))),
    during(async () => {
      for (const [at, one] of workspaces.entries()) {
        await sql("SELECT staff_adjust_usage($1, $2, date_trunc('month', now(), 'UTC'), $3, $4, 'test', '', '')", [staff, one.tenantId, "agent_ms", at + 1]);
        await sql("UPDATE run SET cancel_requested_at = now() WHERE id IN (SELECT id FROM run WHERE tenant_id = $1 AND status = 'running' LIMIT 1)", [one.tenantId]);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }),
  ]);
  // One worker hands its runs back, the other lets them end.
  await Promise.all(workers.map((worker, at) => worker.stop(at * 5_000)));
  for (const one of workspaces) alarms.push(...(await sql("SELECT d.* FROM reconcile_tenant($1) d", [one.tenantId])).rows);
  expect(alarms).toEqual([]);
  expect(sweeps).toBeGreaterThan(10);
  const { rows } = await sql("SELECT count(*) FILTER (WHERE status = 'succeeded') AS succeeded, sum(executed_ms)::bigint AS ms FROM run WHERE tenant_id = ANY ($1)", [workspaces.map((one) => one.tenantId)]);
  expect(Number(rows[0]?.succeeded)).toBeGreaterThan(10);
  expect(Number(rows[0]?.ms)).toBeGreaterThan(1_000);
});
