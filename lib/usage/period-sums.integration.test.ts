/** Sums of a period that begins in the middle of an hour, or is entered again, against its counter. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeUser } from "@/e2e/fixtures/session";
import { useSpend, useTime } from "@/e2e/fixtures/settle";
import { until } from "@/e2e/fixtures/until";
import { endLeftoverRuns, makeSession, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { HOUR_MS } from "@/lib/core/time";
import { adjustUsage } from "@/lib/admin/tenant";
import { admit } from "@/lib/limits/admission";
import { closeDb, withTenant } from "@/lib/platform/db";
import { setEntitlement } from "@/lib/billing/repo";
import { getUsageReport } from "@/lib/usage/report";
import { getUsage, projectLedger } from "@/lib/usage/service";
import { usageViewSchema } from "@/lib/usage/view";

beforeAll(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

const anchorAt = (one: Workspace, at: Date | null) => withTenant(one.tenantId, (tx) => setEntitlement(tx, one.tenantId, { planId: "pro", anchorAt: at, trialEndsAt: null }));

type Counter = { start: Date; end: Date; ms: number; micros: number };
/** Oldest first. */
async function counters(one: Workspace): Promise<Counter[]> {
  await until(async () => {
    await projectLedger();
    const { rows } = await owner().query<{ late: number }>("SELECT count(*) AS late FROM ledger l, projection p WHERE l.tenant_id = $1 AND p.name = 'usage_hourly' AND l.xid >= p.watermark", [one.tenantId]);
    return rows[0]?.late;
  }, (late) => late === 0);
  const { rows } = await owner().query<Counter>("SELECT period_start AS start, period_end AS end, used_ms AS ms, used_micros AS micros FROM usage_counter WHERE tenant_id = $1 ORDER BY period_start", [one.tenantId]);
  return rows;
}

async function expectSums(one: Workspace, period: Counter | undefined): Promise<void> {
  if (!period) throw new Error("there is no such period");
  for (const group_by of ["meter", "agent", "key", "day", "hour"] as const) {
    const { total } = await getUsage(one.tenantId, period, { group_by, exact: true, from: period.start.toISOString(), to: new Date().toISOString() });
    expect([total.agent_ms, total.model_micros], group_by).toEqual([period.ms, period.micros]);
  }
  const report = await getUsageReport(one.tenantId, period, usageViewSchema.parse({ range: "period" }));
  expect([report.total, report.groups.reduce((sum, row) => sum + row.agent_ms, 0)]).toEqual([period.ms, period.ms]);
}

test("what was used before in the hour in which a period begins is not of it, and what is entered again is whole", async () => {
  const one = await makeWorkspace();
  await useTime(one, 1_000);
  await useSpend(one, 77);
  const anchor = new Date(Math.floor(Date.now() / 1_000) * 1_000);
  // In the hour of the border, wherever in it the test runs.
  await owner().query("UPDATE ledger SET occurred_at = date_trunc('hour', $2::timestamptz, 'UTC') WHERE tenant_id = $1", [one.tenantId, anchor]);
  await anchorAt(one, anchor);
  await useTime(one, 500);
  await useSpend(one, 5);
  const [calendar, subscribed] = await counters(one);
  expect([calendar?.ms, subscribed?.ms]).toEqual([1_000, 500]);
  await expectSums(one, subscribed);
  // Whoever names no beginning asks of the period; any other range is of whole hours, and says so.
  expect(await getUsage(one.tenantId, { start: anchor }, { group_by: "meter" })).toMatchObject({ from: anchor.toISOString(), total: { agent_ms: 500 } });
  const hour = new Date(Math.floor(anchor.getTime() / HOUR_MS) * HOUR_MS);
  expect(await getUsage(one.tenantId, { start: anchor }, { group_by: "meter", from: anchor.toISOString(), to: anchor.toISOString().replace(/\d{3}Z$/, "001Z") })).toMatchObject({
    from: hour.toISOString(), to: new Date(hour.getTime() + HOUR_MS).toISOString(), total: { agent_ms: 1_500 },
  });

  await anchorAt(one, null);
  await useTime(one, 20);
  const [again] = await counters(one);
  expect(again?.ms).toBe(1_020);
  await expectSums(one, again);
});

test.each([["rollups", null], ["the ledger's rows, of a period that begins in the middle of an hour", new Date(Date.now() - 1_000)]])("what staff corrected is told as that, apart from what has no key (%s)", async (_, anchor) => {
  const one = await makeWorkspace();
  if (anchor) {
    await anchorAt(one, anchor);
    await useTime(one, 1);
    await anchorAt(one, null);
  }
  await useTime(one, 5_000);
  if (anchor) await anchorAt(one, anchor);
  await useTime(one, 3_000);
  // A member's call from a browser belongs to no key either.
  expect(await admit({ kind: "user", ...(await makeSession(one.userId)), slug: one.slug }, true)).toMatchObject({ kind: "admitted" });
  const staffId = await makeUser(null, { isStaff: true });
  const correct = async (meter: "agent_ms" | "api_calls", quantity: number, period: Date) => adjustUsage({ staffId, ip: "127.0.0.1", requestId: "req_1" }, { workspace: one.tenantId, period: period.toISOString(), meter, quantity, reason: "Credit for an outage" });
  const period = (await counters(one)).at(-1);
  if (!period) throw new Error("nothing was used");
  await correct("agent_ms", -1_000, period.start);
  await correct("api_calls", 2, period.start);
  await counters(one);
  const rows = async (group_by: "key" | "agent") => Object.fromEntries((await getUsage(one.tenantId, period, { group_by, exact: true, from: period.start.toISOString(), to: new Date().toISOString() })).data.map(({ key, label, agent_ms, api_calls }) => [key, { label, agent_ms, api_calls }]));
  const correction = { label: "Correction by Stint", agent_ms: -1_000, api_calls: 2 };
  const used = anchor ? 3_001 : 8_000;
  expect(await rows("key")).toEqual({ [one.keyId]: { label: expect.any(String), agent_ms: used, api_calls: 0 }, "": { label: "", agent_ms: 0, api_calls: 1 }, correction });
  expect(await rows("agent")).toEqual({ [one.agentId]: { label: expect.any(String), agent_ms: used, api_calls: 0 }, "": { label: "", agent_ms: 0, api_calls: 1 }, correction });
  expect((await owner().query("SELECT check_name, subject FROM reconcile_tenant($1) WHERE check_name IN ('hour', 'day', 'counter', 'key_counter')", [one.tenantId])).rows).toEqual([]);
});
