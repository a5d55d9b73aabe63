/** Crossings are recorded once, told at least once to the right people, shown, dismissed; thresholds of one's own are the workspace's. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { mailsTo, waitForMail } from "@/e2e/fixtures/mail";
import { makeKey, makeSession, makeWorkspace, owner, type Limits, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { addRule, MOST_RULES, readRules, removeRule } from "@/lib/alerts/rules";
import { dismissAlert, listNotices, listPastAlerts } from "@/lib/alerts/service";
import { mailAlert, tellOfAlert, tellOfAlerts } from "@/lib/alerts/tell";
import { findAnomalies } from "@/lib/alerts/thresholds";
import { updateKey } from "@/lib/keys/service";
import { admit, type Admission } from "@/lib/limits/admission";
import { closeDb } from "@/lib/platform/db";
import { projectLedger } from "@/lib/usage/service";

afterAll(closeDb);

const QUOTA = 100_000;
const LIMITS: Limits = { minutesMs: QUOTA, spendMicros: 1_000_000, apiCalls: 1_000, overageMicrosPerMinute: 50_000 };
let one: Workspace;
let other: Workspace;
beforeEach(async () => {
  [one, other] = [await makeWorkspace(LIMITS), await makeWorkspace(LIMITS)];
});

const actorOf = (of: Workspace) => ({ tenantId: of.tenantId, id: of.userId, userId: of.userId, ip: "203.0.113.9", requestId: "req_1" });
type Row = { id: string; kind: string; api_key_id: string; meter: string; percent: number; used: number; notified_at: Date | null };
const alertsOf = async (of: Workspace) => (await owner().query<Row>("SELECT * FROM usage_alert WHERE tenant_id = $1 ORDER BY id", [of.tenantId])).rows;
const percentsOf = async (of: Workspace, meter = "agent_ms") => (await alertsOf(of)).filter((row) => row.meter === meter && row.api_key_id === "").map(({ percent }) => percent).sort((a, b) => a - b);
const jobsOf = async <J>(of: Workspace, name: string) => (await owner().query<{ data: J }>("SELECT data FROM pgboss.job WHERE name = $2 AND data ->> 'tenantId' = $1", [of.tenantId, name])).rows.map(({ data }) => data);
const actionsOf = async (of: Workspace) => (await owner().query<{ action: string }>("SELECT action FROM audit_log WHERE tenant_id = $1 ORDER BY id", [of.tenantId])).rows.map(({ action }) => action);

/** Uses this much, in counter and ledger alike, as a settled lease does. */
async function use(of: Workspace, ms: number): Promise<void> {
  await admissionOf(of);
  await owner().query("UPDATE usage_counter SET used_ms = used_ms + $2 WHERE tenant_id = $1", [of.tenantId, ms]);
  await owner().query("INSERT INTO ledger (tenant_id, period_start, meter, quantity, api_key_id, agent_id) SELECT c.tenant_id, c.period_start, 'agent_ms', $2, $3, $4 FROM usage_counter c WHERE c.tenant_id = $1", [of.tenantId, ms, of.keyId, of.agentId]);
}

/** Brings the projection past everything that is committed now. */
async function project(of: Workspace): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    await projectLedger();
    const { rows } = await owner().query("SELECT 1 FROM ledger l, projection p WHERE l.tenant_id = $1 AND p.name = 'usage_hourly' AND l.xid >= p.watermark", [of.tenantId]);
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("the projection does not move");
}

async function admissionOf(of: Workspace): Promise<Admission> {
  const answer = await admit({ kind: "user", ...(await makeSession(of.userId)), slug: of.slug }, false);
  if (answer.kind !== "admitted") throw new Error(answer.kind);
  return answer.admission;
}

async function addMember(of: Workspace, role: string): Promise<{ id: string; email: string }> {
  const id = newId("usr");
  const email = `${id}@test.example`;
  await owner().query("INSERT INTO user_account (id, email, name) VALUES ($1, $2, 'Ada')", [id, email]);
  await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, $3)", [of.tenantId, id, role]);
  return { id, email };
}

/** As the queue does, with jobs delivered twice. */
async function deliver(of: Workspace): Promise<void> {
  await Promise.all([tellOfAlerts(), tellOfAlerts(), tellOfAlerts()]);
  for (const job of await jobsOf<{ tenantId: string; alertId: string }>(of, "alert.tell")) await tellOfAlert(job);
  for (const job of await jobsOf<{ tenantId: string; alertId: string; userId: string }>(of, "mail.usage_alert")) await mailAlert(job);
}

describe("crossings", () => {
  test("by a jump over everything are recorded once each, however many look, and pause at twice the minutes", async () => {
    await addRule(actorOf(one), { subject: { meter: "agent_ms", keyId: null }, percent: 150 });
    await use(one, 2.5 * QUOTA);
    await Promise.all(Array.from({ length: 8 }, async () => {
      await projectLedger();
      await owner().query("SELECT check_thresholds(ARRAY[$1])", [one.tenantId]);
    }));
    await project(one);
    expect(await percentsOf(one)).toEqual([80, 100, 150, 200]);
    expect((await owner().query<{ reason: string }>("SELECT pause_reason AS reason FROM tenant WHERE id = $1", [one.tenantId])).rows[0]?.reason).toBe("twice_quota");
    await use(one, 1);
    await project(one);
    expect(await alertsOf(one)).toHaveLength(4);
    expect(await alertsOf(other)).toEqual([]);
  });

  test("step by step are recorded when they are reached and not before", async () => {
    const seen: number[][] = [];
    for (const ms of [79_999, 1, 19_499, 1, 100_000]) {
      await use(one, ms);
      await project(one);
      seen.push(await percentsOf(one));
    }
    // The last slice of a cap cannot be leased: what is short of it by less is reached.
    expect(seen).toEqual([[], [80], [80], [80, 100], [80, 100, 200]]);
  });

  test("of a key's own cap are recorded beside the workspace's, and by lowering the cap", async () => {
    const { keyId } = await makeKey(one, ["runs:read"]);
    const period = (await admissionOf(one)).period.start;
    await owner().query("INSERT INTO key_counter (tenant_id, api_key_id, period_start, used_ms) VALUES ($1, $2, $3, 50000)", [one.tenantId, keyId, period]);
    await updateKey(actorOf(one), () => true, keyId, { monthly_cap_minutes: 2 });
    expect(await alertsOf(one)).toEqual([]);
    await updateKey(actorOf(one), () => true, keyId, { monthly_cap_minutes: 1 });
    expect((await alertsOf(one)).map(({ api_key_id, percent, used }) => [api_key_id, percent, used])).toEqual([[keyId, 80, 50_000]]);
    expect((await listPastAlerts(await admissionOf(one)))[0]).toMatchObject({ title: "The API key “Test key” has used 80 % of its own minutes", figure: "0.83 of 1 min" });
  });

  test("an hour that costs more than five usual ones is noticed once", async () => {
    for (let hour = 1; hour <= 12; hour++) {
      await owner().query("INSERT INTO usage_hourly (tenant_id, hour, meter, quantity) VALUES ($1, date_trunc('hour', now(), 'UTC') - make_interval(hours => $2), 'model_micros', 200000)", [one.tenantId, hour]);
    }
    const now = (micros: number) => owner().query("INSERT INTO usage_hourly AS h (tenant_id, hour, meter, quantity) VALUES ($1, date_trunc('hour', now(), 'UTC'), 'model_micros', $2) ON CONFLICT (tenant_id, hour, meter, agent_id, api_key_id, billed) DO UPDATE SET quantity = h.quantity + excluded.quantity", [one.tenantId, micros]);
    await now(1_000_000);
    await findAnomalies();
    expect(await alertsOf(one)).toEqual([]);
    await now(1);
    await Promise.all([findAnomalies(), findAnomalies(), findAnomalies()]);
    await now(5_000_000);
    await findAnomalies();
    expect((await alertsOf(one)).map(({ kind, used }) => [kind, used])).toEqual([["anomaly", 1_000_001]]);
    expect((await listNotices(await admissionOf(one)))[0]).toMatchObject({ title: "This hour costs far more than usual" });
    await deliver(one);
    expect((await waitForMail(one.email, /costs far more than usual/)).text).toContain("an hour usually costs $0.20");
  });
});

describe("telling", () => {
  test("reaches owners, admins and billing members, each by one mail an alert, and a repeat is the same mail", async () => {
    const [admin, billing, developer, viewer] = [await addMember(one, "admin"), await addMember(one, "billing"), await addMember(one, "developer"), await addMember(one, "viewer")];
    await use(one, 0.85 * QUOTA);
    await project(one);
    await deliver(one);
    await deliver(one);
    expect(await jobsOf(one, "alert.tell")).toHaveLength(1);
    const [alert] = await alertsOf(one);
    expect(alert?.notified_at).toBeInstanceOf(Date);
    for (const { email, id } of [{ email: one.email, id: one.userId }, admin, billing]) {
      const mail = await waitForMail(email, `“${one.name}”: 80 % of the period’s agent-minutes are used`);
      for (const part of ["1.4 of 1.7 min.", "At 100 % new runs are refused and running ones are stopped.", "The period ends on ", `/t/${one.slug}/caps`]) expect(mail.text).toContain(part);
      expect(new Set((await mailsTo(email)).map((one) => one.message_id))).toEqual(new Set([`<${alert?.id}.${id}@localhost>`]));
    }
    for (const { email } of [developer, viewer]) expect(await mailsTo(email)).toEqual([]);
    expect(await jobsOf(other, "alert.tell")).toEqual([]);
  });

  test("of a jump over several thresholds is one mail, of the highest, and each stays an alert of its own", async () => {
    await use(one, 1.05 * QUOTA);
    await project(one);
    await deliver(one);
    await deliver(one);
    const alerts = await alertsOf(one);
    expect(alerts.map(({ percent, notified_at }) => [percent, notified_at !== null])).toEqual([[80, true], [100, true]]);
    const highest = alerts.find(({ percent }) => percent === 100);
    expect(new Set((await mailsTo(one.email)).map((mail) => mail.message_id))).toEqual(new Set([`<${highest?.id}.${one.userId}@localhost>`]));
    expect((await waitForMail(one.email, /All agent-minutes of this period are used/)).text).toContain("1.8 of 1.7 min.");
    // What is passed at another moment is told again, and so is a threshold that somebody adds below.
    await owner().query("UPDATE usage_alert SET crossed_at = crossed_at - interval '1 minute' WHERE tenant_id = $1", [one.tenantId]);
    await addRule(actorOf(one), { subject: { meter: "agent_ms", keyId: null }, percent: 90 });
    await deliver(one);
    await use(one, QUOTA);
    await project(one);
    await deliver(one);
    const mailed = new Set((await mailsTo(one.email)).map((mail) => (mail.message_id ?? "").slice(1).split(".")[0]));
    expect((await alertsOf(one)).filter(({ id }) => mailed.has(id)).map(({ percent }) => percent).toSorted((a, b) => a - b)).toEqual([90, 100, 200]);
  });

  test("says nothing to who left or lost the role, nor of another workspace's alert", async () => {
    const [gone, lesser] = [await addMember(one, "admin"), await addMember(one, "admin")];
    await use(one, QUOTA);
    await project(one);
    const [alert] = await alertsOf(one);
    const alertId = alert?.id ?? "";
    await owner().query("DELETE FROM member WHERE user_id = $1", [gone.id]);
    await owner().query("UPDATE member SET role = 'developer' WHERE user_id = $1", [lesser.id]);
    for (const { id } of [gone, lesser]) await mailAlert({ tenantId: one.tenantId, alertId, userId: id });
    await mailAlert({ tenantId: other.tenantId, alertId, userId: other.userId });
    await mailAlert({ tenantId: one.tenantId, alertId: newId("alr"), userId: one.userId });
    for (const email of [gone.email, lesser.email, other.email, one.email]) expect(await mailsTo(email)).toEqual([]);
  });
});

describe("notices", () => {
  test("show the highest, are dismissed for everybody with the lower ones, and the log tells", async () => {
    await use(one, QUOTA);
    await project(one);
    const [notice, ...more] = await listNotices(await admissionOf(one));
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ title: "All agent-minutes of this period are used", tone: "bad" });
    const id = notice?.id ?? "";
    await expect(dismissAlert(actorOf(other), id)).rejects.toMatchObject({ code: "not_found" });
    for (const wrong of ["", "alr_1", newId("alr")]) await expect(dismissAlert(actorOf(one), wrong)).rejects.toMatchObject({ code: "not_found" });
    expect(await listNotices(await admissionOf(one))).toHaveLength(1);
    await Promise.all([dismissAlert(actorOf(one), id), dismissAlert(actorOf(one), id)]);
    expect(await listNotices(await admissionOf(one))).toEqual([]);
    expect(await listPastAlerts(await admissionOf(one))).toHaveLength(2);
    expect(await actionsOf(one)).toEqual(["usage_alert.dismissed"]);
  });

  test("end when a larger quota makes them untrue", async () => {
    await use(one, QUOTA);
    await project(one);
    await owner().query("INSERT INTO tenant_override (tenant_id, minutes_ms, reason, set_by) VALUES ($1, $2, 'agreed', 'usr_staff')", [one.tenantId, 10 * QUOTA]);
    expect(await listNotices(await admissionOf(one))).toEqual([]);
  });
});

describe("thresholds of one's own", () => {
  const half = { subject: { meter: "agent_ms", keyId: null }, percent: 50 } as const;

  test("are told at once where they are passed already, and once", async () => {
    await use(one, 0.6 * QUOTA);
    await Promise.all([addRule(actorOf(one), half), addRule(actorOf(one), half)]);
    expect(await percentsOf(one)).toEqual([50]);
    await removeRule(actorOf(one), half);
    await removeRule(actorOf(one), half);
    await addRule(actorOf(one), half);
    expect(await percentsOf(one)).toEqual([50]);
    expect(await actionsOf(one)).toEqual(["alert_rule.created", "alert_rule.deleted", "alert_rule.created"]);
    expect((await readRules(one.tenantId)).rules).toEqual([{ subject: "agent_ms", label: "agent-minutes", percent: 50 }]);
    expect((await readRules(other.tenantId)).rules).toEqual([]);
  });

  test("of a key need a cap of its own, and the workspace's own key", async () => {
    const ofKey = (keyId: string) => addRule(actorOf(one), { subject: { meter: "agent_ms", keyId }, percent: 50 });
    const refused = { code: "not_found", param: "subject" };
    await expect(ofKey(one.keyId)).rejects.toMatchObject(refused);
    await owner().query("UPDATE api_key SET monthly_cap_ms = 60000 WHERE id = ANY ($1)", [[one.keyId, other.keyId]]);
    await expect(ofKey(other.keyId)).rejects.toMatchObject(refused);
    await ofKey(one.keyId);
    expect(await readRules(one.tenantId)).toEqual({ rules: [{ subject: one.keyId, label: "minutes of the key “Test key”", percent: 50 }], keys: [{ id: one.keyId, name: "Test key" }] });
    await owner().query("UPDATE api_key SET revoked_at = now() WHERE id = $1", [one.keyId]);
    await expect(addRule(actorOf(one), { subject: { meter: "agent_ms", keyId: one.keyId }, percent: 60 })).rejects.toMatchObject(refused);
  });

  test("are at most twenty, also when many are asked for at once", async () => {
    const results = await Promise.allSettled(Array.from({ length: MOST_RULES + 5 }, (_, n) => addRule(actorOf(one), { ...half, percent: n + 1 })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(MOST_RULES);
    expect((await readRules(one.tenantId)).rules).toHaveLength(MOST_RULES);
  });
});
