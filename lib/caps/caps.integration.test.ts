/** Overage and pauses in the owner's hand: what is refused, what the log tells, and who may end which pause. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "@/e2e/fixtures/until";
import { makeSession, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { DAY_MS } from "@/lib/core/time";
import { readForecasts } from "@/lib/caps/forecasts";
import { liftPauses, pauseTenant, resumeTenant } from "@/lib/caps/pausing";
import { readCaps, setOverage } from "@/lib/caps/service";
import { admit, type Admission } from "@/lib/limits/admission";
import { closeDb } from "@/lib/platform/db";
import { requestDeletion } from "@/lib/tenants/settings/deletion";
import { getUsage, projectLedger } from "@/lib/usage/service";

afterAll(closeDb);

const QUOTA = 600_000;
let one: Workspace;
let other: Workspace;
beforeEach(async () => {
  const limits = { minutesMs: QUOTA, spendMicros: 1_000_000, overageMicrosPerMinute: 50_000 };
  [one, other] = [await makeWorkspace(limits), await makeWorkspace(limits)];
});

const actorOf = (of: Workspace) => ({ tenantId: of.tenantId, id: of.userId, userId: of.userId, ip: "203.0.113.9", requestId: "req_1" });
const on = (cents: number, seen: string) => ({ overage: "on" as const, spend_limit: cents, seen });
const off = (seen: string) => ({ overage: "off" as const, seen });
const audited = async (of: Workspace) => (await owner().query<{ action: string; before: unknown; after: unknown }>("SELECT action, before, after FROM audit_log WHERE tenant_id = $1 ORDER BY id", [of.tenantId])).rows;
const pauseOf = async (of: Workspace) => (await owner().query<{ reason: string | null; paused: boolean }>("SELECT pause_reason AS reason, paused_at IS NOT NULL AS paused FROM tenant WHERE id = $1", [of.tenantId])).rows[0];
const setPause = (of: Workspace, reason: string) => owner().query("UPDATE tenant SET paused_at = now(), pause_reason = $2 WHERE id = $1", [of.tenantId, reason]);

async function admissionOf(of: Workspace): Promise<Admission> {
  const answer = await admit({ kind: "user", ...(await makeSession(of.userId)), slug: of.slug }, false);
  if (answer.kind !== "admitted") throw new Error(answer.kind);
  return answer.admission;
}

describe("overage", () => {
  test("turns on and off with its limit, at once for the caps, and the log tells each change once", async () => {
    expect((await admissionOf(one)).caps).toMatchObject({ ms: QUOTA, micros: 1_000_000 });
    await setOverage(actorOf(one), on(25, "off:0"));
    await setOverage(actorOf(one), on(25, "off:0"));
    expect(await admissionOf(one)).toMatchObject({ caps: { ms: QUOTA + 300_000, micros: 1_250_000 }, quotas: { ms: QUOTA, micros: 1_000_000 }, overage: { enabled: true, spendLimitMicros: 250_000, microsPerMinute: 50_000 } });
    await setOverage(actorOf(one), on(100_000, "on:250000"));
    expect((await admissionOf(one)).caps.ms).toBe(2 * QUOTA);
    await setOverage(actorOf(one), off("on:1000000000"));
    await setOverage(actorOf(one), off("on:1000000000"));
    expect((await admissionOf(one)).caps.ms).toBe(QUOTA);
    expect(await audited(one)).toEqual([
      { action: "tenant.overage_updated", before: { overage: false, spend_limit_micros: 0 }, after: { overage: true, spend_limit_micros: 250_000 } },
      { action: "tenant.overage_updated", before: { overage: true, spend_limit_micros: 250_000 }, after: { overage: true, spend_limit_micros: 1_000_000_000 } },
      { action: "tenant.overage_updated", before: { overage: true, spend_limit_micros: 1_000_000_000 }, after: { overage: false, spend_limit_micros: 1_000_000_000 } },
    ]);
    expect((await readCaps(other.tenantId)).choice).toEqual({ enabled: false, limitMicros: 0 });
  });

  test("of two tabs with different wishes one wins, and the other is told", async () => {
    const results = await Promise.allSettled([10, 20, 30, 40].map((dollars) => setOverage(actorOf(one), on(dollars * 100, "off:0"))));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict", param: undefined });
    expect(await audited(one)).toHaveLength(1);
    await expect(setOverage(actorOf(one), off("off:0"))).rejects.toMatchObject({ code: "conflict" });
  });

  test("needs a plan with a price; turning off does not", async () => {
    const free = await makeWorkspace();
    await expect(setOverage(actorOf(free), on(2_500, "off:0"))).rejects.toMatchObject({ code: "plan_required" });
    expect(await audited(free)).toEqual([]);
    // Chosen on a larger plan before.
    await owner().query("UPDATE tenant SET overage_enabled = true, spend_limit_micros = 1000000 WHERE id = $1", [free.tenantId]);
    expect((await admissionOf(free)).overage.enabled).toBe(false);
    await setOverage(actorOf(free), off("on:1000000"));
    expect((await readCaps(free.tenantId)).choice).toEqual({ enabled: false, limitMicros: 1_000_000 });
  });
});

describe("one's own pause", () => {
  test("begins and ends once however often it is asked for", async () => {
    await Promise.all([pauseTenant(actorOf(one)), pauseTenant(actorOf(one))]);
    expect(await pauseOf(one)).toEqual({ reason: "owner", paused: true });
    expect((await pauseOf(other))?.paused).toBe(false);
    await Promise.all([resumeTenant(actorOf(one)), resumeTenant(actorOf(one))]);
    expect(await pauseOf(one)).toEqual({ reason: null, paused: false });
    expect((await audited(one)).map(({ action }) => action)).toEqual(["tenant.paused", "tenant.resumed"]);
  });

  test.each(["staff", "twice_quota", "deletion", "purged"])("is not the one of %s, which stays as it is", async (reason) => {
    await setPause(one, reason);
    await pauseTenant(actorOf(one));
    await expect(resumeTenant(actorOf(one))).rejects.toMatchObject({ code: "conflict" });
    expect(await pauseOf(one)).toEqual({ reason, paused: true });
    expect(await audited(one)).toEqual([]);
  });

  test("is not ended while the deletion is asked for", async () => {
    await pauseTenant(actorOf(one));
    await requestDeletion(actorOf(one), one.slug);
    await expect(resumeTenant(actorOf(one))).rejects.toMatchObject({ code: "conflict" });
    expect(await pauseOf(one)).toEqual({ reason: "owner", paused: true });
    await owner().query("UPDATE tenant SET delete_after = NULL WHERE id = $1", [one.tenantId]);
  });

  test("gives way to the pause at twice the quota that was reached meanwhile", async () => {
    await admissionOf(one);
    await pauseTenant(actorOf(one));
    await owner().query("UPDATE usage_counter SET used_ms = $2 WHERE tenant_id = $1", [one.tenantId, 2 * QUOTA]);
    await resumeTenant(actorOf(one));
    expect(await pauseOf(one)).toEqual({ reason: "twice_quota", paused: true });
  });
});

describe("the pause at twice the quota", () => {
  async function reachTwice(of: Workspace): Promise<void> {
    await admissionOf(of);
    await owner().query("UPDATE usage_counter SET used_ms = $2 WHERE tenant_id = $1", [of.tenantId, 2 * QUOTA]);
    await owner().query("SELECT check_thresholds(ARRAY[$1])", [of.tenantId]);
    expect(await pauseOf(of)).toEqual({ reason: "twice_quota", paused: true });
  }

  test("is lifted by more that was agreed, and not before", async () => {
    await reachTwice(one);
    await liftPauses();
    expect((await pauseOf(one))?.paused).toBe(true);
    await owner().query("INSERT INTO tenant_override (tenant_id, minutes_ms, reason, set_by) VALUES ($1, $2, 'agreed', 'usr_staff')", [one.tenantId, 2 * QUOTA]);
    expect(await Promise.all([liftPauses(), liftPauses()]).then((counts) => counts.reduce((sum, count) => sum + count, 0))).toBeGreaterThanOrEqual(1);
    expect(await pauseOf(one)).toEqual({ reason: null, paused: false });
  });

  test("is lifted by a new period, and other pauses are not", async () => {
    await reachTwice(one);
    await setPause(other, "staff");
    // The period that was used up becomes the one before.
    await owner().query("UPDATE usage_counter SET period_start = period_start - interval '1 month' WHERE tenant_id = $1", [one.tenantId]);
    await liftPauses();
    expect(await pauseOf(one)).toEqual({ reason: null, paused: false });
    expect(await pauseOf(other)).toEqual({ reason: "staff", paused: true });
  });
});

test("the forecast follows the last days' work, each meter by itself, and days before the first are no days of rest", async () => {
  const anchored = await makeWorkspace({ minutesMs: QUOTA }, { anchor: new Date(Date.now() - 12 * DAY_MS) });
  const { period } = await admissionOf(anchored);
  // Four whole days of 40 s each, the first of them four days ago.
  for (let days = 1; days <= 4; days++) {
    await owner().query("INSERT INTO ledger (tenant_id, period_start, meter, quantity, occurred_at) VALUES ($1, $2, 'agent_ms', 40000, date_trunc('day', now(), 'UTC') - make_interval(days => $3))", [anchored.tenantId, period.start, days]);
  }
  await owner().query("UPDATE usage_counter SET used_ms = 400000 WHERE tenant_id = $1", [anchored.tenantId]);
  await until(async () => { await projectLedger(); return (await getUsage(anchored.tenantId, period, { group_by: "meter", from: new Date(Date.now() - 6 * DAY_MS).toISOString() })).total.agent_ms; }, (sum) => sum === 160_000);
  const now = new Date();
  const forecasts = await readForecasts(await admissionOf(anchored), now);
  // 200 s are left, at 40 s a day.
  expect(forecasts).toEqual({ ms: new Date(now.getTime() + 5 * DAY_MS), micros: null, calls: null });
});
