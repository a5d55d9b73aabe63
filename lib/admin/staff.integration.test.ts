/** What staff do to a workspace, against the real database: who may, what changes, what is written down. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeUser } from "@/e2e/fixtures/session";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, readCounter, readRun, sumLedger, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { askRedis } from "@/lib/platform/redis";
import { getPlatformSpend, liftBreaker } from "@/lib/admin/platform";
import type { By } from "@/lib/admin/repo";
import { listTenantOverviews } from "@/lib/admin/service";
import { adjustUsage, getStaffTenant, setOverride, setPause } from "@/lib/admin/tenant";
import { keyDirectory } from "@/lib/keys/directory";
import { claimRun, readRunSignals } from "@/lib/runs/worker/repo";

let staff: string;
let by: By;
let one: Workspace;
beforeAll(async () => {
  staff = await makeUser(null, { isStaff: true });
  by = { staffId: staff, ip: "203.0.113.9", requestId: "req_test" };
});
beforeEach(async () => {
  one = await makeWorkspace({ minutesMs: 60_000, requestsPerMinute: 60, concurrentRuns: 1 });
});
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

const PERIOD = `${new Date().toISOString().slice(0, 7)}-01T00:00:00.000Z`;
const show = async () => {
  const tenant = await getStaffTenant(staff, one.slug);
  if (!tenant) throw new Error("the workspace is gone");
  return tenant;
};
const audited = async () => (await owner().query<Record<string, unknown>>("SELECT action, actor_type, actor_id, before, after, ip, request_id FROM audit_log WHERE tenant_id = $1 ORDER BY id", [one.tenantId])).rows;
const count = (ms: number) => owner().query("INSERT INTO usage_counter (tenant_id, period_start, used_ms, calls) VALUES ($1, $2, $3, 4)", [one.tenantId, PERIOD, ms]);

test("nobody but staff sees or does anything, whoever's workspace it is", async () => {
  await count(1_000);
  for (const nobody of [one.userId, newId("usr"), ""]) {
    const as = { ...by, staffId: nobody };
    await expect(getStaffTenant(nobody, one.slug)).rejects.toThrow("staff only");
    await expect(setOverride(as, one.tenantId, { agents: 5, reason: "mine" })).rejects.toThrow("staff only");
    await expect(setPause(as, one.tenantId, true, "mine")).rejects.toThrow("staff only");
    await expect(adjustUsage(as, { workspace: one.tenantId, period: PERIOD, meter: "agent_ms", quantity: -1, reason: "mine" })).rejects.toThrow("staff only");
    await expect(liftBreaker(nobody)).rejects.toThrow("staff only");
  }
  expect(await audited()).toEqual([]);
  expect((await readCounter(one)).usedMs).toBe(1_000);
});

describe("an override", () => {
  test("holds beside the plan, is shown with who set it, and is audited; removing it goes back to the plan", async () => {
    await setOverride(by, one.tenantId, { minutes_ms: 120_000, requests_per_minute: 500, overage_micros_per_minute: 40_000, reason: "Agreed by mail" });
    expect(await show()).toMatchObject({
      plan: { minutes_ms: 60_000, requests_per_minute: 60, concurrent_runs: 1, overage_micros_per_minute: null }, limits: { minutes_ms: 120_000, requests_per_minute: 500, concurrent_runs: 1, overage_micros_per_minute: 40_000 },
      quotas: { agent_ms: 120_000 }, caps: { agent_ms: 120_000 }, override: { values: { minutes_ms: 120_000, agents: null }, reason: "Agreed by mail", setBy: "Test Member", expiresAt: null, expired: false },
    });
    await setOverride(by, one.tenantId, null);
    expect(await show()).toMatchObject({ override: null, limits: { minutes_ms: 60_000, requests_per_minute: 60 } });
    const values = { minutes_ms: 120_000, requests_per_minute: 500, overage_micros_per_minute: 40_000, reason: "Agreed by mail" };
    expect(await audited()).toEqual([
      { action: "tenant.override", actor_type: "staff", actor_id: staff, before: null, after: values, ip: by.ip, request_id: by.requestId },
      { action: "tenant.override", actor_type: "staff", actor_id: staff, before: { ...values, set_by: staff }, after: null, ip: by.ip, request_id: by.requestId },
    ]);
  });

  test("ends by itself", async () => {
    await setOverride(by, one.tenantId, { concurrent_runs: 7, reason: "For a launch", expires_at: new Date(Date.now() + 60_000).toISOString() });
    expect((await show()).limits.concurrent_runs).toBe(7);
    await owner().query("UPDATE tenant_override SET expires_at = now() - interval '1 second' WHERE tenant_id = $1", [one.tenantId]);
    expect(await show()).toMatchObject({ limits: { concurrent_runs: 1 }, override: { expired: true } });
  });

  test("reaches the edge and running runs at once", async () => {
    await keyDirectory().fill(one.keyHash, { keyId: one.keyId, tenantId: one.tenantId, requestsPerMinute: 60, keyRequestsPerMinute: null });
    expect(await keyDirectory().read(one.keyHash)).not.toBeNull();
    await endLeftoverRuns();
    const [run = ""] = await queueRuns(one, 1);
    const claim = await claimRun("wrk_test", 30_000, 100);
    expect(claim?.run_id).toBe(run);
    await setOverride(by, one.tenantId, { minutes_ms: 1_000, reason: "Abuse" });
    expect(await keyDirectory().read(one.keyHash)).toBeNull();
    expect(await askRedis((redis) => redis.get(`key:${one.keyHash}`))).toBeNull();
    expect(await readRunSignals([{ runId: run, fence: (await readRun(run)).fence }])).toEqual([{ run_id: run, signal: "recheck" }]);
  });

  test("of a workspace that is gone is refused", async () => {
    await expect(setOverride(by, newId("ten"), { agents: 5, reason: "x y z" })).rejects.toMatchObject({ code: "not_found" });
    expect(await getStaffTenant(staff, "no-such-workspace")).toBeNull();
  });
});

test("the list says when a workspace was last used to the moment; what staff corrected is no use, and what raw rows no longer tell is told by the hour", async () => {
  // Other suites make workspaces at the same time: it may be on any page.
  const lastActivity = async (cursor?: string): Promise<string | null | undefined> => {
    const { data, next_cursor } = await listTenantOverviews(staff, { limit: 100, cursor });
    const found = data.find(({ id }) => id === one.tenantId);
    return found || next_cursor === null ? found?.lastActivityAt : lastActivity(next_cursor);
  };
  expect(await lastActivity()).toBeNull();
  await owner().query("INSERT INTO usage_hourly (tenant_id, hour, meter, quantity) VALUES ($1, date_trunc('hour', now() - interval '200 days', 'UTC'), 'agent_ms', 1)", [one.tenantId]);
  expect(await lastActivity()).toMatch(/:00:00\.000Z$/);
  await count(10_000);
  const { rows } = await owner().query<{ at: Date }>("INSERT INTO ledger (tenant_id, period_start, meter, quantity, occurred_at) VALUES ($1, $2, 'api_calls', 1, date_trunc('milliseconds', now() - interval '70 seconds')) RETURNING occurred_at AS at", [one.tenantId, PERIOD]);
  await adjustUsage(by, { workspace: one.tenantId, period: PERIOD, meter: "agent_ms", quantity: -1, reason: "Credit for the outage" });
  expect(await lastActivity()).toBe(rows[0]?.at.toISOString());
});

describe("a pause", () => {
  test("stops and resumes, with a note in the audit log", async () => {
    await setPause(by, one.tenantId, true, "Card was stolen");
    expect(await show()).toMatchObject({ pausedAt: expect.any(String), pauseReason: "staff" });
    await setPause(by, one.tenantId, false, "Cleared up");
    expect(await show()).toMatchObject({ pausedAt: null, pauseReason: null });
    expect(await audited()).toMatchObject([
      { action: "tenant.pause", actor_id: staff, before: { paused: false }, after: { paused: true, note: "Card was stolen" } },
      { action: "tenant.resume", actor_id: staff, before: { paused: true, reason: "staff" }, after: { paused: false, note: "Cleared up" } },
    ]);
  });

  test("at twice the quota does not come back in the period in which staff lifted it", async () => {
    await count(120_000);
    await owner().query("SELECT check_thresholds(ARRAY[$1])", [one.tenantId]);
    expect(await show()).toMatchObject({ pauseReason: "twice_quota", alerts: [{ percent: 200, used: 120_000 }, { percent: 100 }, { percent: 80 }] });
    await setPause(by, one.tenantId, false, "They upgrade tomorrow");
    await owner().query("SELECT check_thresholds(ARRAY[$1])", [one.tenantId]);
    expect((await show()).pausedAt).toBeNull();
  });

  test("of a workspace that is being deleted is left to its deletion", async () => {
    await owner().query("UPDATE tenant SET delete_after = now() + interval '1 day', paused_at = now(), pause_reason = 'deletion' WHERE id = $1", [one.tenantId]);
    await expect(setPause(by, one.tenantId, false, "Please come back")).rejects.toMatchObject({ code: "conflict" });
    expect(await show()).toMatchObject({ pauseReason: "deletion" });
    expect(await audited()).toEqual([]);
    await owner().query("UPDATE tenant SET delete_after = NULL WHERE id = $1", [one.tenantId]);
  });
});

describe("a correction", () => {
  const adjust = (quantity: number, meter: "agent_ms" | "api_calls" = "agent_ms", period = PERIOD) => adjustUsage(by, { workspace: one.tenantId, period, meter, quantity, reason: "Credit for the outage" });

  test("is a ledger row with a reason; the counter follows", async () => {
    await count(10_000);
    await adjust(-4_000);
    await adjust(2, "api_calls");
    expect(await readCounter(one)).toMatchObject({ usedMs: 6_000, calls: 6 });
    expect(await sumLedger(one, "agent_ms")).toBe(-4_000);
    expect((await show()).periods).toEqual([{ start: PERIOD, end: expect.any(String), agent_ms: 6_000, model_micros: 0, api_calls: 6 }]);
    expect(await audited()).toMatchObject([{ action: "usage.adjust", actor_id: staff, after: { meter: "agent_ms", quantity: -4_000, reason: "Credit for the outage" } }, { after: { meter: "api_calls", quantity: 2 } }]);
  });

  test("that leaves less than nothing is refused, and nothing is written", async () => {
    await count(10_000);
    await expect(adjust(-10_001)).rejects.toMatchObject({ code: "invalid_field", status: 422, param: "quantity", message: expect.stringContaining("less than nothing") });
    expect((await readCounter(one)).usedMs).toBe(10_000);
    expect(await sumLedger(one, "agent_ms")).toBe(0);
    expect(await audited()).toEqual([]);
  });

  test("of a period that was not, or in the middle of one, is refused", async () => {
    await count(10_000);
    for (const period of ["2026-01-01T00:00:00.000Z", `${PERIOD.slice(0, 8)}02T00:00:00.000Z`]) await expect(adjust(5, "agent_ms", period)).rejects.toMatchObject({ code: "not_found" });
  });
});

test("the breaker is lifted by staff for the rest of the day, and says by whom", async () => {
  await expect(liftBreaker(staff)).rejects.toMatchObject({ code: "conflict" });
  await owner().query("INSERT INTO platform_spend (day, micros, limit_micros, tripped_at) VALUES ((now() AT TIME ZONE 'UTC')::date, 7, 5, now()) ON CONFLICT (day) DO UPDATE SET limit_micros = 5, tripped_at = now()");
  expect(await getPlatformSpend()).toMatchObject({ trippedAt: expect.any(String), liftedAt: null });
  await endLeftoverRuns();
  await queueRuns(one, 1);
  expect(await claimRun("wrk_test", 1_000, 100)).toBeNull();
  await liftBreaker(staff);
  expect(await claimRun("wrk_test", 1_000, 100)).not.toBeNull();
  const spend = await getPlatformSpend();
  expect(spend).toMatchObject({ liftedAt: expect.any(String), liftedBy: "Test Member", limitMicros: null });
  expect(spend.days).toHaveLength(30);
  expect(spend.days.at(-1)).toEqual({ date: new Date().toISOString().slice(0, 10), value: spend.todayMicros });
  await owner().query("UPDATE platform_spend SET tripped_at = NULL, lifted_at = NULL, lifted_by = NULL, limit_micros = NULL");
});
