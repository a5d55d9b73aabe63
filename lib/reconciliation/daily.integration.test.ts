/** The day's sweep is one process's work, and what it finds is shown to staff alone. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { makeUser } from "@/e2e/fixtures/session";
import { makeWorkspace, owner } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { toSweepReport } from "@/lib/reconciliation/present";
import { askAsApplication, beginSweep, findLastSweepRow, sweepNext } from "@/lib/reconciliation/repo";
import { getLastSweep, reconcileDaily, reconcileTenant, sweepEverybody } from "@/lib/reconciliation/service";
import { keepPartitions, trimOldRollups } from "@/lib/usage/upkeep/service";

beforeEach(() => owner().query("DELETE FROM reconciliation"));
afterAll(() => closeDb());

const daily = async () => (await owner().query<Record<string, unknown>>("SELECT tenants, finished_at IS NOT NULL AS finished FROM reconciliation WHERE kind = 'daily'")).rows;

test("of many processes at once one does it, and none does it again that day", async () => {
  await makeWorkspace();
  await Promise.all(Array.from({ length: 5 }, reconcileDaily));
  await reconcileDaily();
  const { rows } = await owner().query<{ count: number }>("SELECT count(*) FROM tenant");
  expect(await daily()).toEqual([{ tenants: rows[0]?.count, finished: true }]);
});

test("one that was left half-way is begun anew after ten minutes, and the one who left it can no longer write", async () => {
  await makeWorkspace();
  const left = (await beginSweep(askAsApplication, "daily")) ?? "";
  await sweepNext(askAsApplication, left, "");
  expect(await beginSweep(askAsApplication, "daily")).toBeNull();
  await owner().query("UPDATE reconciliation SET seen_at = now() - interval '11 minutes' WHERE id = $1", [left]);
  expect(await sweepEverybody(askAsApplication, "daily")).toMatchObject({ id: expect.stringMatching(/^rec_/) });
  expect(await sweepNext(askAsApplication, left, "")).toBeNull();
  expect(await daily()).toHaveLength(1);
});

test("staff see the last sweep with its differences and whose they are; nobody else does", async () => {
  const staff = await makeUser(null, { isStaff: true });
  const one = await makeWorkspace();
  expect(await getLastSweep(staff)).toBeNull();
  await owner().query("INSERT INTO usage_counter (tenant_id, period_start, used_ms) VALUES ($1, date_trunc('month', now(), 'UTC'), 7)", [one.tenantId]);
  await reconcileDaily();
  const sweep = await getLastSweep(staff);
  const period = `${new Date().toISOString().slice(0, 7)}-01T00:00:00.000Z`;
  const counter = { check: "counter", periodStart: period, subject: "agent_ms", expected: 0, found: 7 };
  // All of them and not those a page shows first: other tests leave differences behind.
  const row = await findLastSweepRow(staff, 100_000);
  expect(row && toSweepReport(row).differences.filter((difference) => difference.tenant?.id === one.tenantId)).toEqual([{ ...counter, tenant: { id: one.tenantId, slug: one.slug, name: one.name } }]);
  await expect(getLastSweep(one.userId)).rejects.toThrow("staff only");
  // One workspace at a time, by its slug or id; the last whole sweep stays what is shown.
  for (const name of [one.slug, one.tenantId]) expect(await reconcileTenant(staff, name)).toEqual([{ ...counter, tenant: null }]);
  expect((await getLastSweep(staff))?.startedAt).toBe(sweep?.startedAt);
  await expect(reconcileTenant(one.userId, one.slug)).rejects.toThrow("staff only");
  await expect(reconcileTenant(staff, "no-such-workspace")).rejects.toMatchObject({ code: "invalid_field", param: "workspace" });
});

test("the ledger's months are kept in reserve, and rollups older than two years leave", async () => {
  const one = await makeWorkspace();
  await owner().query("INSERT INTO usage_hourly (tenant_id, hour, meter, quantity) SELECT $1, date_trunc('hour', now() - n * interval '1 month', 'UTC'), 'agent_ms', 1 FROM generate_series(20, 28) n", [one.tenantId]);
  const later = (await owner().query<{ name: string }>("SELECT 'ledger_' || to_char((now() AT TIME ZONE 'UTC') + interval '3 months', 'YYYY_MM') AS name")).rows[0]?.name;
  await owner().query(`DROP TABLE ${later}`);
  await Promise.all([keepPartitions(), keepPartitions(), trimOldRollups()]);
  expect((await owner().query("SELECT to_regclass($1) IS NOT NULL AS there", [later])).rows).toEqual([{ there: true }]);
  const { rows } = await owner().query<{ oldest: Date }>("SELECT min(hour) AS oldest FROM usage_hourly WHERE tenant_id = $1", [one.tenantId]);
  expect(rows[0]?.oldest.getTime()).toBeGreaterThan(Date.now() - 2 * 366 * 86_400_000);
});
