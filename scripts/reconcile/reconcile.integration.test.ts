/** `npm run reconcile` as an operator runs it: against a database of its own. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROJECT_FOLDER } from "../start/home";
import { startTestStack, type TestStack } from "../test/stack";

let stack: TestStack;
let owner: Client;

beforeAll(async () => {
  stack = await startTestStack();
  owner = new Client({ connectionString: stack.env.DATABASE_MIGRATE_URL });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await stack.stop();
});

function reconcile(): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", join(PROJECT_FOLDER, "scripts/reconcile.ts")], {
    cwd: PROJECT_FOLDER, encoding: "utf8", env: { NODE_ENV: "test", PATH: process.env.PATH, DATABASE_MIGRATE_URL: stack.env.DATABASE_MIGRATE_URL },
  });
  return { status, out: stdout, err: stderr };
}

test("says that all agree, or each difference in a line with exit code 1, and remembers the sweep", async () => {
  await owner.query("INSERT INTO tenant (id, slug, name, plan_id) VALUES ('ten_1', 'one', 'One', 'free'), ('ten_2', 'two', 'Two', 'free')");
  expect(reconcile()).toEqual({ status: 0, out: "2 workspaces compared: runs, leases, counters, ledger and rollups agree\n", err: "" });
  await owner.query("INSERT INTO usage_counter (tenant_id, period_start, used_ms) VALUES ('ten_2', '2026-11-01', 7)");
  await owner.query("INSERT INTO platform_spend (day, micros) VALUES ((now() AT TIME ZONE 'UTC')::date, 3)");
  const day = new Date().toISOString().slice(0, 10);
  expect(reconcile()).toEqual({
    status: 1, out: "2 workspaces compared: 2 differences\n",
    err: `ten_2: period 2026-11-01, counter agent_ms: expected 0, found 7\nplatform: platform_spend ${day}: expected 0, found 3\n`,
  });
  const { rows } = await owner.query("SELECT kind, tenants, differences, finished_at IS NOT NULL AS finished FROM reconciliation ORDER BY started_at");
  expect(rows).toEqual([{ kind: "script", tenants: 2, differences: 0, finished: true }, { kind: "script", tenants: 2, differences: 2, finished: true }]);
  // Told, and left as they were.
  expect((await owner.query("SELECT used_ms FROM usage_counter")).rows).toEqual([{ used_ms: "7" }]);
});
