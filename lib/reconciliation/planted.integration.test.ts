/** A difference of each kind is planted and has to be told, with its tenant, period, subject and both numbers; and nothing else with it. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "@/e2e/fixtures/until";
import { endLeftoverRuns, makeWorkspace, owner, queueRuns, type Limits, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { CHECKS } from "@/lib/reconciliation/schema";
import { claimRun, finishRun, storeStep } from "@/lib/runs/worker/repo";
import { projectLedger } from "@/lib/usage/service";

beforeEach(endLeftoverRuns);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

type Told = { check_name: string; subject: string; expected: number; found: number; period: string };
const PERIOD = `${new Date().toISOString().slice(0, 7)}-01`;
const seen = new Set<string>();

const RECONCILE = "SELECT check_name, subject, expected, found, (period_start AT TIME ZONE 'UTC')::date::text AS period FROM reconcile_tenant($1) ORDER BY check_name, subject";
async function reconcile(one: Workspace): Promise<Told[]> {
  const { rows } = await owner().query<Told>(RECONCILE, [one.tenantId]);
  for (const row of rows) seen.add(row.check_name);
  return rows;
}
const told = (check_name: string, subject: string, expected: number, found: number): Told => ({ check_name, subject, expected, found, period: PERIOD });
const sql = (text: string, values: unknown[]) => owner().query(text, values);

/** A workspace in which one run ended, 5 calls were made, and all of it is projected. */
async function used(limits: Limits = {}, workedMs = 1_000): Promise<{ one: Workspace; run: string }> {
  const one = await makeWorkspace(limits);
  const [run = ""] = await queueRuns(one, 1);
  const claim = await claimRun("wrk_test", workedMs, 100);
  if (claim?.run_id !== run) throw new Error("another run was claimed");
  await sql("SELECT reserve_spend($1, $2, 500)", [run, claim.fence]);
  await storeStep(run, claim.fence, { seq: 1, kind: "model", name: "m", output: "out", finishReason: "stop", inputTokens: 30, outputTokens: 7, spentMicros: 400, startMs: 0, endMs: 100, detail: { tool_calls: [] } });
  await finishRun(run, claim.fence, { workedMs, spentMicros: 0, billed: true, status: "succeeded", output: "out", errorCode: null, errorMessage: null });
  await sql("SELECT * FROM admit(ARRAY[$1], ARRAY[NULL], ARRAY[NULL::int], ARRAY[NULL], ARRAY[5], ARRAY[NULL], ARRAY[NULL])", [one.keyHash]);
  await projected(one);
  return { one, run };
}

async function projected(one: Workspace): Promise<void> {
  await until(async () => {
    await projectLedger();
    const { rows } = await owner().query<{ late: number }>("SELECT count(*) AS late FROM ledger l, projection p WHERE l.tenant_id = $1 AND p.name = 'usage_hourly' AND l.xid >= p.watermark", [one.tenantId]);
    return rows[0]?.late;
  }, (late) => late === 0);
}

const hourOf = async (one: Workspace, meter: string): Promise<string> => {
  const { rows } = await owner().query<{ hour: string }>(`SELECT to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24"Z"') AS hour FROM usage_hourly WHERE tenant_id = $1 AND meter = $2`, [one.tenantId, meter]);
  return rows[0]?.hour ?? "";
};

describe("a planted difference is told", () => {
  test("and without one there is none", async () => {
    const { one } = await used();
    expect(await reconcile(one)).toEqual([]);
  });

  test("in each field of a run", async () => {
    const { one, run } = await used();
    await sql("UPDATE run SET executed_ms = 1001, lost_ms = 2, model_spend_micros = 403, input_tokens = 34, output_tokens = 12 WHERE id = $1", [run]);
    expect(await reconcile(one)).toEqual([
      told("run", `${run} executed_ms`, 1_000, 1_001), told("run", `${run} input_tokens`, 30, 34), told("run", `${run} lost_ms`, 0, 2),
      told("run", `${run} model_spend_micros`, 400, 403), told("run", `${run} output_tokens`, 7, 12),
    ]);
  });

  test("when the ledger has a row of a run that there is not", async () => {
    const { one } = await used();
    const ghost = newId("run");
    await sql("INSERT INTO ledger (tenant_id, period_start, meter, quantity, billed, run_id) VALUES ($1, date_trunc('month', now(), 'UTC'), 'agent_ms', 9, false, $2)", [one.tenantId, ghost]);
    expect(await reconcile(one)).toEqual([told("run", `${ghost} lost_ms`, 9, 0)]);
  });

  test("in each of a period's counters, and in a key's", async () => {
    const { one } = await used();
    await sql("UPDATE usage_counter SET used_ms = used_ms + 1, used_micros = used_micros + 2, calls = calls - 1 WHERE tenant_id = $1", [one.tenantId]);
    await sql("UPDATE key_counter SET used_ms = used_ms - 3 WHERE tenant_id = $1", [one.tenantId]);
    expect(await reconcile(one)).toEqual([
      told("counter", "agent_ms", 1_000, 1_001), told("counter", "api_calls", 5, 4), told("counter", "model_micros", 400, 402), told("key_counter", one.keyId, 1_000, 997),
    ]);
  });

  test("when a correction is in the counter and not in the ledger, or the other way round", async () => {
    const { one } = await used();
    await sql("INSERT INTO ledger (tenant_id, period_start, meter, quantity, adjusted_by, reason) VALUES ($1, date_trunc('month', now(), 'UTC'), 'agent_ms', -10, 'usr_staff', 'credit')", [one.tenantId]);
    expect(await reconcile(one)).toEqual([told("counter", "agent_ms", 990, 1_000)]);
    await sql("UPDATE usage_counter SET used_ms = used_ms - 10 WHERE tenant_id = $1", [one.tenantId]);
    expect(await reconcile(one)).toEqual([]);
    await projected(one);
    expect(await reconcile(one)).toEqual([]);
  });

  test("in what is charged past the quota, and in a row of it", async () => {
    const { one } = await used();
    await sql("UPDATE usage_counter SET overage_ms = 3, overage_units = 4, overage_micros = 5 WHERE tenant_id = $1", [one.tenantId]);
    expect(await reconcile(one)).toEqual([told("overage", "agent_ms", 0, 3), told("overage", "agent_ms at its price", 0, 4), told("overage", "model_micros", 0, 5)]);
    await sql("UPDATE usage_counter SET overage_ms = 0, overage_units = 0, overage_micros = 0 WHERE tenant_id = $1", [one.tenantId]);
    await sql("UPDATE ledger SET overage = 7, overage_price = 50000 WHERE tenant_id = $1 AND meter = 'agent_ms'", [one.tenantId]);
    await sql("UPDATE ledger SET overage = 400 WHERE tenant_id = $1 AND meter = 'model_micros'", [one.tenantId]);
    expect(await reconcile(one)).toEqual([told("overage", "agent_ms", 7, 0), told("overage", "agent_ms at its price", 350_000, 0), told("overage", "model_micros", 400, 0)]);
  });

  test("in what was reported to Stripe: a gap, more than was charged and not given back, and what was never reported", async () => {
    const { one } = await used();
    await sql("UPDATE ledger SET overage = 300 WHERE tenant_id = $1 AND meter = 'model_micros'", [one.tenantId]);
    await sql("UPDATE usage_counter SET overage_micros = 300 WHERE tenant_id = $1", [one.tenantId]);
    await sql("INSERT INTO billing_account (tenant_id, customer_id) VALUES ($1, $2)", [one.tenantId, `cus_${one.tenantId}`]);
    const report = (from: number, to: number) => sql("INSERT INTO meter_report (tenant_id, id, period_start, from_micros, to_micros, customer_id, event_at) SELECT $1, $2, period_start, $3, $4, 'cus_1', now() FROM usage_counter WHERE tenant_id = $1", [one.tenantId, newId("mtr"), from, to]);
    await report(0, 100);
    await report(100, 300);
    expect(await reconcile(one)).toEqual([]);
    await report(400, 5_400);
    expect(await reconcile(one)).toEqual([told("report_beyond", "micros", 300, 5_400), told("report_gap", "micros", 5_400, 5_300)]);
    await sql("INSERT INTO billing_credit (tenant_id, id, key, period_start, micros, cents, reason) SELECT $1, $2, 'key', period_start, 5100, 1, 'r' FROM usage_counter WHERE tenant_id = $1", [one.tenantId, newId("crd")]);
    expect(await reconcile(one)).toEqual([told("report_gap", "micros", 5_400, 5_300)]);
    await sql("DELETE FROM meter_report WHERE tenant_id = $1", [one.tenantId]);
    expect(await reconcile(one)).toEqual([]);
    await sql("UPDATE usage_counter SET period_end = now() - interval '25 hours' WHERE tenant_id = $1", [one.tenantId]);
    expect(await reconcile(one)).toEqual([told("overage_unbilled", "micros", 10_300, 0)]);
    // What is billed outside of Stripe is not missed there.
    await sql("UPDATE billing_account SET customer_id = NULL WHERE tenant_id = $1", [one.tenantId]);
    expect(await reconcile(one)).toEqual([]);
  });

  test("when a period's counter is gone", async () => {
    const { one } = await used();
    await sql("DELETE FROM usage_counter WHERE tenant_id = $1", [one.tenantId]);
    expect(await reconcile(one)).toEqual([told("counter", "agent_ms", 1_000, 0), told("counter", "api_calls", 5, 0), told("counter", "model_micros", 400, 0)]);
  });

  test("in an hour, and in the day that is the sum of its hours", async () => {
    const { one } = await used();
    const hour = await hourOf(one, "agent_ms");
    const what = `agent_ms ${one.agentId} ${one.keyId}`;
    await sql("UPDATE usage_hourly SET quantity = quantity + 4 WHERE tenant_id = $1 AND meter = 'agent_ms'", [one.tenantId]);
    expect(await reconcile(one)).toEqual([told("day", `${hour.slice(0, 10)} ${what}`, 1_004, 1_000), told("hour", `${hour} ${what}`, 1_000, 1_004)]);
    await sql("DELETE FROM usage_daily WHERE tenant_id = $1 AND meter = 'agent_ms'", [one.tenantId]);
    await sql("UPDATE usage_hourly SET quantity = quantity - 4 WHERE tenant_id = $1 AND meter = 'agent_ms'", [one.tenantId]);
    expect(await reconcile(one)).toEqual([told("day", `${hour.slice(0, 10)} ${what}`, 1_000, 0)]);
  });

  test("in what is leased", async () => {
    const { one } = await used();
    await sql("UPDATE usage_counter SET leased_ms = 7, leased_micros = 8 WHERE tenant_id = $1", [one.tenantId]);
    await sql("UPDATE key_counter SET leased_ms = 9 WHERE tenant_id = $1", [one.tenantId]);
    expect(await reconcile(one)).toEqual([told("key_lease", one.keyId, 0, 9), told("lease", "agent_ms", 0, 7), told("lease", "model_micros", 0, 8)]);
  });

  test("when a run that ended still holds something", async () => {
    const { one, run } = await used();
    await sql("UPDATE run SET lease_ms = 9 WHERE id = $1", [run]);
    expect(await reconcile(one)).toEqual([told("key_lease", one.keyId, 9, 0), told("lease", "agent_ms", 9, 0), told("lease_of_ended_run", run, 0, 9)]);
  });

  test("in the end of a run: no time of it, no event, two events, another event", async () => {
    const { one, run } = await used();
    await sql("UPDATE run SET finished_at = NULL WHERE id = $1", [run]);
    expect(await reconcile(one)).toEqual([told("finished_at", run, 1, 0)]);
    await sql("UPDATE run SET finished_at = now() WHERE id = $1", [run]);
    await sql("INSERT INTO run_event (tenant_id, run_id, seq, type, data) VALUES ($1, $2, 99, 'run.failed', '{}')", [one.tenantId, run]);
    expect(await reconcile(one)).toEqual([told("end_event", run, 1, 2)]);
    await sql("DELETE FROM run_event WHERE run_id = $1 AND type = 'run.succeeded'", [run]);
    expect(await reconcile(one)).toEqual([told("end_event", run, 1, 0)]);
    await sql("DELETE FROM run_event WHERE run_id = $1", [run]);
    expect(await reconcile(one)).toEqual([told("end_event", run, 1, 0)]);
    // What the workspace no longer keeps is not missed.
    await sql("UPDATE run SET content_deleted_at = now() WHERE id = $1", [run]);
    expect(await reconcile(one)).toEqual([]);
  });

  test("when more runs execute than may, unless the limit was lowered a moment ago", async () => {
    const { one } = await used();
    await queueRuns(one, 2);
    await claimRun("wrk_test", 5_000, 100);
    await claimRun("wrk_test", 5_000, 100);
    await sql("UPDATE plan SET concurrent_runs = 1 WHERE id = $1", [one.planId]);
    expect(await reconcile(one)).toEqual([told("concurrency", "running runs", 1, 2)]);
    await sql("INSERT INTO audit_log (id, tenant_id, actor_type, actor_id, action, target_type, target_id) VALUES ($1, $2, 'staff', 'usr_1', 'tenant.override', 'tenant', $2)", [newId("aud"), one.tenantId]);
    expect(await reconcile(one)).toEqual([]);
  });

  test("when a threshold was reached and not recorded, of the workspace and of a key", async () => {
    const { one } = await used({ minutesMs: 1_000, spendMicros: 500, apiCalls: 6 });
    await sql("UPDATE api_key SET monthly_cap_ms = 1200 WHERE id = $1", [one.keyId]);
    await sql("SELECT check_thresholds(ARRAY[$1])", [one.tenantId]);
    expect(await reconcile(one)).toEqual([]);
    await sql("DELETE FROM usage_alert WHERE tenant_id = $1", [one.tenantId]);
    const missing = (what: string) => told("alert_missing", what, 1, 0);
    expect(await reconcile(one)).toEqual([missing("agent_ms 100%"), missing("agent_ms 80%"), missing(`agent_ms 80% ${one.keyId}`), missing("api_calls 80%"), missing("model_micros 80%")]);
    // A limit that changed since is looked at when something is used again.
    await sql("INSERT INTO audit_log (id, tenant_id, actor_type, actor_id, action, target_type, target_id) VALUES ($1, $2, 'user', 'usr_1', 'api_key.updated', 'api_key', $3)", [newId("aud"), one.tenantId, one.keyId]);
    expect(await reconcile(one)).toEqual([]);
  });

  test("when a threshold is recorded twice", async () => {
    const { one } = await used({ minutesMs: 1_200 });
    const client = await owner().connect();
    try {
      await client.query("BEGIN");
      await client.query("DROP INDEX usage_alert_once");
      await client.query("INSERT INTO usage_alert (id, tenant_id, kind, meter, period_start, percent, used, quota, cap) SELECT $2, tenant_id, kind, meter, period_start, percent, used, quota, cap FROM usage_alert WHERE tenant_id = $1 AND percent = 80", [one.tenantId, newId("alr")]);
      const { rows } = await client.query<Told>(RECONCILE, [one.tenantId]);
      expect(rows).toEqual([told("alert_repeated", "threshold agent_ms 80%", 1, 2)]);
      seen.add("alert_repeated");
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  });

  describe("in the ledger's partitions", () => {
    let stray: Workspace;
    afterEach(() => sql("DELETE FROM ledger_other WHERE tenant_id = $1", [stray.tenantId]));

    test("when a row is outside its months", async () => {
      ({ one: stray } = await used());
      await sql("INSERT INTO ledger (tenant_id, period_start, meter, quantity, billed, occurred_at) VALUES ($1, date_trunc('month', now(), 'UTC'), 'agent_ms', 6, false, '2035-05-05')", [stray.tenantId]);
      expect(await reconcile(stray)).toEqual([told("ledger_other", "rows", 0, 1)]);
    });
  });

  test("in the platform's own day", async () => {
    await used();
    const platform = async () => (await owner().query<{ found: number; expected: number }>("SELECT expected, found FROM reconcile_platform() WHERE check_name = 'platform_spend' AND subject = (now() AT TIME ZONE 'UTC')::date::text")).rows[0];
    // Other tests take whole workspaces away, with what they spent today.
    const before = await platform();
    await sql("UPDATE platform_spend SET micros = micros + 11 WHERE day = (now() AT TIME ZONE 'UTC')::date", []);
    const after = await platform();
    expect((after?.found ?? 0) - (after?.expected ?? 0)).toBe((before?.found ?? 0) - (before?.expected ?? 0) + 11);
    seen.add("platform_spend");
    await sql("UPDATE platform_spend SET micros = micros - 11 WHERE day = (now() AT TIME ZONE 'UTC')::date", []);
  });

  test("of every kind that there is", () => expect([...seen].sort()).toEqual(Object.keys(CHECKS).sort()));
});

test("once raw rows have left with their partition, rollups are compared among themselves alone", async () => {
  const { one, run } = await used();
  const hour = await hourOf(one, "agent_ms");
  const client = await owner().connect();
  try {
    await client.query("BEGIN");
    await client.query("ALTER TABLE ledger DETACH PARTITION ledger_before");
    expect((await client.query(RECONCILE, [one.tenantId])).rows).toEqual([]);
    await client.query("UPDATE run SET executed_ms = 5 WHERE id = $1", [run]);
    await client.query("UPDATE usage_counter SET used_ms = 5 WHERE tenant_id = $1", [one.tenantId]);
    await client.query("UPDATE usage_hourly SET quantity = quantity + 4 WHERE tenant_id = $1 AND meter = 'agent_ms'", [one.tenantId]);
    expect((await client.query(RECONCILE, [one.tenantId])).rows).toEqual([told("day", `${hour.slice(0, 10)} agent_ms ${one.agentId} ${one.keyId}`, 1_004, 1_000)]);
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
});

test("a workspace that is being purged is left out", async () => {
  const { one } = await used();
  await sql("DELETE FROM usage_counter WHERE tenant_id = $1", [one.tenantId]);
  await sql("UPDATE tenant SET delete_after = now() + interval '1 day' WHERE id = $1", [one.tenantId]);
  expect(await reconcile(one)).toHaveLength(3);
  await sql("UPDATE tenant SET delete_after = now() - interval '1 second' WHERE id = $1", [one.tenantId]);
  expect(await reconcile(one)).toEqual([]);
  await sql("DELETE FROM tenant WHERE id = $1", [one.tenantId]).catch(() => undefined);
  await sql("UPDATE tenant SET delete_after = NULL WHERE id = $1", [one.tenantId]);
});
