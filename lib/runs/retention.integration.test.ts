/** Contents of runs go when their workspace's time is over, and nothing else does. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { streamAnyRun } from "@/lib/runs/live";
import { purgeOldContents } from "@/lib/runs/retention";
import { requireRun } from "@/lib/runs/service";
import { projectLedger } from "@/lib/usage/service";

afterAll(closeDb);

let short: Workspace;
let long: Workspace;
beforeEach(async () => {
  await endLeftoverRuns();
  [short, long] = [await makeWorkspace(), await makeWorkspace()];
  await owner().query("UPDATE tenant SET content_retention_days = 7 WHERE id = $1", [short.tenantId]);
  await owner().query("UPDATE tenant SET content_retention_days = 90 WHERE id = $1", [long.tenantId]);
});

/** A run with a step, events and a ledger row that ended so long ago; null: it has not ended. */
async function makeRun(of: Workspace, endedAgo: string | null): Promise<string> {
  const [id = ""] = await queueRuns(of, 1, { input: "the secret input" });
  await owner().query("UPDATE run SET status = $2, output = 'the secret output', executed_ms = 10, event_seq = 2, finished_at = now() - $3::interval WHERE id = $1", [id, endedAgo === null ? "running" : "succeeded", endedAgo]);
  await owner().query("INSERT INTO step (tenant_id, run_id, seq, kind, name, output, input_tokens, output_tokens, model_spend_micros, start_ms, end_ms) VALUES ($1, $2, 1, 'model', 'm', 'the secret output', 3, 4, 5, 0, 10)", [of.tenantId, id]);
  await owner().query("INSERT INTO run_event (tenant_id, run_id, seq, type, data) VALUES ($1, $2, 1, 'output.delta', '{\"text\": \"the secret output\"}'), ($1, $2, 2, 'run.succeeded', '{}')", [of.tenantId, id]);
  await owner().query("INSERT INTO ledger (tenant_id, period_start, meter, quantity, run_id) VALUES ($1, now(), 'agent_ms', 10, $2)", [of.tenantId, id]);
  return id;
}

/** Every table's rows of both workspaces in which something is metered. */
async function readMetered(): Promise<unknown> {
  return Promise.all(["ledger", "usage_counter", "key_counter", "usage_hourly"].map(async (table) =>
    (await owner().query<Record<string, unknown>>(`SELECT to_jsonb(t) AS row FROM ${table} t WHERE tenant_id = ANY ($1) ORDER BY 1`, [[short.tenantId, long.tenantId]])).rows));
}

const keptRuns = async (ids: string[]): Promise<string[]> => (await owner().query<{ id: string }>("SELECT id FROM run WHERE id = ANY ($1) AND content_deleted_at IS NULL AND input = 'the secret input' ORDER BY id", [ids])).rows.map(({ id }) => id);

test("only what ended longer ago than its own workspace keeps it, in as many batches as it takes", async () => {
  const old = [await makeRun(short, "8 days"), await makeRun(short, "7 days 1 minute"), await makeRun(short, "3 years"), await makeRun(long, "91 days")];
  const kept = [await makeRun(short, "6 days 23 hours"), await makeRun(short, null), await makeRun(long, "8 days"), await makeRun(long, "89 days")];
  await projectLedger();
  const metered = await readMetered();
  expect(await purgeOldContents(1)).toBe(4);
  expect(await keptRuns([...old, ...kept])).toEqual(kept.toSorted());
  await projectLedger();
  expect(await readMetered()).toEqual(metered);
  for (const table of ["run", "step", "run_event"]) {
    const { rows } = await owner().query<{ row: string }>(`SELECT t::text AS row FROM ${table} t WHERE ${table === "run" ? "id" : "run_id"} = ANY ($1)`, [old]);
    expect(rows.map(({ row }) => row).join()).not.toContain("secret");
  }
  expect((await owner().query("SELECT 1 FROM run_event WHERE run_id = ANY ($1)", [kept])).rowCount).toBe(kept.length * 2);
  expect(await purgeOldContents()).toBe(0);
});

test("the run stays, says when its contents went, and its stream of events ends at once", async () => {
  const id = await makeRun(short, "8 days");
  const before = await requireRun(short.tenantId, id);
  expect(before).toMatchObject({ content_deleted_at: null, output: "the secret output" });
  await purgeOldContents();
  const after = await requireRun(short.tenantId, id);
  expect(after).toEqual({ ...before, input: "", output: null, content_deleted_at: expect.any(String), steps: before.steps.map((step) => ({ ...step, output: "" })) });
  expect(Date.now() - Date.parse(after.content_deleted_at ?? "")).toBeLessThan(60_000);
  for (const from of [0, 1]) expect((await streamAnyRun(short.tenantId, id, from)).status).toBe(204);
});

test("two workers at once empty each run once", async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, () => makeRun(short, "9 days")));
  const counts = await Promise.all([purgeOldContents(2), purgeOldContents(2), purgeOldContents(3)]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
  expect(await keptRuns(ids)).toEqual([]);
});
