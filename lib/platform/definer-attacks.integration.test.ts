/** Each function that crosses tenants, called as the application's role with what an attacker might have of another tenant. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fillBilling, fillWebhooks } from "@/e2e/fixtures/every-table";
import { application, endLeftoverRuns, makeKey, makeSession, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { DEFINERS } from "@/scripts/check/catalogue";

let mine: Workspace;
let other: Workspace;
/** A run of the other tenant that a worker holds, and its fence. */
let held: { id: string; fence: number };

beforeAll(async () => {
  mine = await makeWorkspace();
  other = await makeWorkspace();
  await fillWebhooks(other.tenantId);
  await fillBilling(other.tenantId);
  // Some attacks are laid out by pausing and running: what that would tell is not what they are about.
  await owner().query("UPDATE webhook_endpoint SET event_types = '{key.expiring}' WHERE tenant_id = $1", [other.tenantId]);
});
beforeEach(async () => {
  await endLeftoverRuns();
  const [id = ""] = await queueRuns(other, 1);
  const [claim] = await ask("SELECT * FROM claim_run('worker', 60000, 100, 'any')");
  expect(claim).toMatchObject({ outcome: "claimed", run_id: id, tenant_id: other.tenantId });
  held = { id, fence: Number(claim?.fence) };
});
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

/** As the application's role, inside a transaction of the attacker's own tenant. */
async function ask(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = await application().connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT set_config('stint.tenant_id', $1, true)", [mine.tenantId]);
    const { rows } = await client.query<Record<string, unknown>>(text, values);
    await client.query("COMMIT");
    return rows;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

/** Everything of the other tenant, to compare before and after. */
async function everythingOfOther(): Promise<unknown> {
  const tables = ["run", "step", "run_event", "usage_counter", "ledger", "api_key", "agent", "agent_version", "member", "audit_log", "audit_seal", "audit_chain", "key_counter", "idempotency_key", "invitation", "tenant_slug", "tenant_override", "alert_rule", "usage_alert", "reconciliation_difference",
    "webhook_endpoint", "webhook_event", "webhook_delivery", "webhook_attempt", "billing_account", "billing_invoice", "billing_flag", "billing_mail", "billing_turn", "meter_report", "billing_credit", "contract", "stripe_event"];
  const rows = await Promise.all(tables.map((table) => owner().query<Record<string, unknown>>(`SELECT * FROM ${table} WHERE tenant_id = $1 ORDER BY 1, 2`, [other.tenantId])));
  return rows.map((one) => one.rows);
}

const admitUser = (session: TestSession, slug: string) => ask("SELECT * FROM admit(ARRAY[NULL], ARRAY[$1], ARRAY[$2::int], ARRAY[$3], ARRAY[1], ARRAY[NULL], ARRAY[$4])", [session.userId, session.sessionVersion, slug, session.sessionId]);
const admitKey = (hash: string) => ask("SELECT * FROM admit(ARRAY[$1], ARRAY[NULL], ARRAY[NULL::int], ARRAY[NULL], ARRAY[1], ARRAY[NULL], ARRAY[NULL])", [hash]);
const internal = (call: string, values: () => unknown[]) => () => expect(ask(`SELECT ${call}`, values())).rejects.toThrow(/permission denied for function/);
/** With the fence before and the one after the right one, and none. */
const oldFences = async (attack: (fence: number) => Promise<unknown>, refused: unknown) => {
  for (const fence of [held.fence - 1, held.fence + 1, 0, -1]) expect(await attack(fence), `fence ${fence}`).toEqual(refused);
};
const done = async (text: string, values: unknown[]) => (await ask(`SELECT ${text} AS done`, values))[0]?.done;

type TestSession = Awaited<ReturnType<typeof makeSession>>;
/** Sessions of the other tenant's owner as an attacker might have them: of another version, revoked, expired, left alone, and one's own under the other's name. */
async function deadSessions(): Promise<{ userId: string; sessionVersion: number; sessionId: string }[]> {
  const live = await makeSession(other.userId);
  const ended = await Promise.all(["revoked_at = now()", "expires_at = now() - interval '1 second'", "last_seen_at = now() - interval '15 days'"].map(async (set) => {
    const session = await makeSession(other.userId);
    await owner().query(`UPDATE user_session SET ${set} WHERE id = $1`, [session.sessionId]);
    return session;
  }));
  return [{ ...live, sessionVersion: 0 }, { ...live, sessionVersion: 2 }, ...ended, { ...(await makeSession(mine.userId)), userId: other.userId }, { ...live, sessionId: newId("ses") }, { ...live, sessionId: "" }];
}

/** By whoever is not staff, about the other tenant. */
const staffAlone = async (call: string): Promise<void> => {
  for (const nobody of [mine.userId, other.userId, newId("usr"), "", null]) await expect(ask(`SELECT ${call}`, [nobody, other.tenantId])).rejects.toThrow("staff only");
};

/** What leaves the other tenant as it was. */
const ATTACKS: Partial<Record<(typeof DEFINERS)[number], () => Promise<unknown>>> = {
  admit: async () => {
    const own = await makeSession(mine.userId);
    expect(await admitUser(own, other.slug)).toEqual([]);
    expect(await admitUser(own, "no-such-workspace")).toEqual([]);
    for (const session of await deadSessions()) expect(await admitUser(session, other.slug)).toEqual([]);
    const revoked = await makeKey(other);
    await owner().query("UPDATE api_key SET revoked_at = now() WHERE id = $1", [revoked.keyId]);
    const expired = await makeKey(other, ["runs:read"], new Date(Date.now() - 1000));
    for (const hash of [revoked.keyHash, expired.keyHash, "00".repeat(32), ""]) expect(await admitKey(hash)).toEqual([]);
    await owner().query("DELETE FROM api_key WHERE id = ANY ($1)", [[revoked.keyId, expired.keyId]]);
    // A batch answers each asker with their own tenant, in their own place.
    const batch = await ask("SELECT ord, tenant_id FROM admit(ARRAY[$1, NULL, NULL], ARRAY[NULL, $2, $2], ARRAY[NULL, 1, 1], ARRAY[NULL, $3, $4], ARRAY[0, 0, 0], ARRAY[NULL, NULL, NULL], ARRAY[NULL, $5, $5]) ORDER BY ord", [mine.keyHash, mine.userId, mine.slug, other.slug, own.sessionId]);
    expect(batch).toEqual([{ ord: 1, tenant_id: mine.tenantId }, { ord: 2, tenant_id: mine.tenantId }]);
  },
  // Tells what a request of this member would be told; of who is no member there, nothing.
  admit_member: async () => {
    for (const [tenant, user] of [[other.tenantId, mine.userId], [mine.tenantId, other.userId], [other.tenantId, ""], ["", other.userId]]) expect(await ask("SELECT * FROM admit_member($1, $2)", [tenant, user])).toEqual([]);
    expect(await ask("SELECT tenant_id, role, granted FROM admit_member($1, $2)", [mine.tenantId, mine.userId])).toEqual([{ tenant_id: mine.tenantId, role: "owner", granted: 0 }]);
  },
  append_event: internal("append_event($1, $2, 'x', '{}')", () => [other.tenantId, held.id]),
  append_run_events: () => oldFences(async (fence) => ask("SELECT append_run_events(ARRAY[$1], ARRAY[$2::bigint], ARRAY[1::bigint], ARRAY['x'], ARRAY['{}'::jsonb])", [held.id, fence]), []),
  audit_staff: internal("audit_staff('usr_1', $1, 'x', NULL, NULL, '', '')", () => [other.tenantId]),
  // Records what is so, whoever asks: a tenant that reached nothing gets nothing.
  check_thresholds: async () => expect(await done("check_thresholds(ARRAY[$1, 'ten_nobody', ''])", [other.tenantId])).toBe(0),
  find_anomalies: async () => expect(Object.keys((await ask("SELECT find_anomalies() AS found"))[0] ?? {})).toEqual(["found"]),
  free_tenant_micros: internal("free_tenant_micros(c) FROM usage_counter c", () => []),
  free_tenant_ms: internal("free_tenant_ms(c) FROM usage_counter c", () => []),
  // Takes no name, and drops nothing that is young.
  keep_ledger_partitions: async () => {
    for (const days of [-1, 0, 30]) await expect(ask("SELECT * FROM keep_ledger_partitions($1)", [days])).rejects.toThrow("at least 31 days");
    expect(await ask("SELECT * FROM keep_ledger_partitions(31)")).toEqual([{ made: 0, dropped: 0 }]);
  },
  // Lifts only the platform's own pauses, and only when their reason is gone.
  lift_pauses: async () => {
    await owner().query("UPDATE tenant SET paused_at = now(), pause_reason = 'staff' WHERE id = $1", [other.tenantId]);
    expect(await ask("SELECT lift_pauses() AS id")).toEqual([]);
    await owner().query("UPDATE tenant SET paused_at = NULL, pause_reason = NULL WHERE id = $1", [other.tenantId]);
  },
  // Begins and ends what looks at everybody alike and tells its caller how many; which kinds there are is not the caller's to say.
  begin_reconciliation: async () => {
    for (const kind of ["tenant", "", "anything"]) await expect(ask("SELECT begin_reconciliation($1)", [kind])).rejects.toThrow("daily or by the script");
  },
  finish_reconciliation: async () => expect(await done("finish_reconciliation('rec_nobody')", [])).toBeNull(),
  reconcile_next: async () => {
    expect(await ask("SELECT * FROM reconcile_next('rec_nobody', '')")).toEqual([]);
    // Of a sweep that is under way: whose turn it was, and how many. Of what was found, nothing.
    const id = await done("begin_reconciliation('script')", []);
    const [row] = await ask("SELECT * FROM reconcile_next($1, '')", [id]);
    expect(Object.keys(row ?? {})).toEqual(["tenant_id", "differences"]);
    await owner().query("DELETE FROM reconciliation WHERE id = $1", [id]);
  },
  reconcile_platform: internal("reconcile_platform()", () => []),
  reconcile_tenant: internal("reconcile_tenant($1)", () => [other.tenantId]),
  staff_reconcile: () => staffAlone("staff_reconcile($1, $2)"),
  staff_show_reconciliation: () => staffAlone("staff_show_reconciliation($1, 10) WHERE $2 <> ''"),
  staff_show_tenant: () => staffAlone("staff_show_tenant($1, $2)"),
  require_staff: internal("require_staff($1)", () => [mine.userId]),
  staff_adjust_usage: () => staffAlone("staff_adjust_usage($1, $2, date_trunc('month', now(), 'UTC'), 'agent_ms', 5, 'r', '', '')"),
  staff_lift_breaker: () => staffAlone("staff_lift_breaker($1) WHERE $2 <> ''"),
  staff_pause: () => staffAlone("staff_pause($1, $2, true, 'r', '', '')"),
  staff_set_override: () => staffAlone("staff_set_override($1, $2, '{\"minutes_ms\": 1, \"reason\": \"r\"}', '', '')"),
  staff_end_contract: () => staffAlone("staff_end_contract($1, $2, now(), '', '')"),
  staff_set_contract: () => staffAlone("staff_set_contract($1, $2, '{\"price_cents\": 1, \"payment\": \"card\", \"terms\": \"t\"}', '{\"minutes_ms\": 1}', '', '')"),
  staff_show_contract: () => staffAlone("staff_show_contract($1, $2)"),
  take_alerts: async () => expect((await ask("SELECT * FROM take_alerts(100)")).filter((row) => row.tenant_id === other.tenantId)).toEqual([]),
  // Who is a customer, as the worker that asks Stripe about each has to know; nothing of what they owe.
  billing_accounts_after: async () => {
    for (const row of await ask("SELECT * FROM billing_accounts_after('', 1000)")) expect(Object.keys(row)).toEqual(["tenant_id", "customer_id"]);
  },
  // What failed or was never finished, for the worker; nothing that was handled.
  claim_stripe_events: async () => expect((await ask("SELECT * FROM claim_stripe_events(1000)")).filter((row) => row.id === `evt_${other.tenantId}_stripe`)).toEqual([]),
  mark_stripe_comparison: async () => {
    const id = await done("begin_reconciliation('script')", []);
    for (const one of ["rec_nobody", "", null, id]) expect(await done("mark_stripe_comparison($1, 1, true)", [one])).toBeNull();
    await owner().query("DELETE FROM reconciliation WHERE id = $1", [id]);
  },
  // Into a comparison with Stripe that is under way, and into nothing else.
  note_stripe_differences: async () => {
    const id = await done("begin_reconciliation('script')", []);
    for (const one of ["rec_nobody", "", null, id]) expect(await done("note_stripe_differences($1, $2, '[{\"check_name\": \"x\", \"subject\": \"forged\"}]')", [one, other.tenantId])).toBe(false);
    await owner().query("DELETE FROM reconciliation WHERE id = $1", [id]);
  },
  staff_list_stripe_events: () => staffAlone("staff_list_stripe_events($1, NULL, NULL, $2, NULL, 10)"),
  staff_count_ignored_events: () => staffAlone("staff_count_ignored_events($1, NULL, $2, 10)"),
  staff_replay_stripe_event: () => staffAlone("staff_replay_stripe_event($1, 'evt_' || $2 || '_stripe', '', '')"),
  staff_see_billing_flag: () => staffAlone("staff_see_billing_flag($1, $2, 'ch_' || $2 || '_stripe', '', '')"),
  staff_show_billing: () => staffAlone("staff_show_billing($1, 10) WHERE $2 <> ''"),
  staff_show_stripe_event: () => staffAlone("staff_show_stripe_event($1, 'evt_' || $2 || '_stripe')"),
  staff_show_subscription: () => staffAlone("staff_show_subscription($1, $2, 10)"),
  // Ids of workspaces whose clock has run out; nothing of what they owe.
  billing_accounts_due: async () => expect(Object.keys((await ask("SELECT billing_accounts_due(10) AS id"))[0] ?? { id: "" })).toEqual(["id"]),
  // Ids of workspaces whose contract something has to be done about; nothing of what was agreed.
  contracts_due: async () => expect(Object.keys((await ask("SELECT contracts_due(true, 10) AS id"))[0] ?? { id: "" })).toEqual(["id"]),
  // Ids of workspaces that are being deleted while they still pay.
  subscriptions_to_end: async () => expect((await ask("SELECT subscriptions_to_end(10) AS id")).filter((row) => row.id === other.tenantId)).toEqual([]),
  bound_counter: () => expect(ask("SELECT bound_counter()")).rejects.toThrow(/permission denied for function/),
  move_period: () => expect(ask("SELECT move_period()")).rejects.toThrow(/permission denied for function/),
  // Which periods are to be reported; nothing of what was used.
  meter_due: async () => expect(Object.keys((await ask("SELECT * FROM meter_due(10, '0 seconds', NULL)"))[0] ?? { tenant_id: "" })[0]).toBe("tenant_id"),
  open_meter_report: async () => {
    await expect(ask("SELECT open_meter_report($1, date_trunc('month', now(), 'UTC'), now(), false, $2)", [other.tenantId, `cus_${other.tenantId}_stripe`])).rejects.toThrow("the tenant of the transaction");
    // Nor is the other's customer told of one's own usage.
    expect(await done("open_meter_report($1, date_trunc('month', now(), 'UTC'), now(), false, $2)", [mine.tenantId, `cus_${other.tenantId}_stripe`])).toBeNull();
  },
  // What waits to be sent, and nothing that was.
  take_meter_reports: async () => expect((await ask("SELECT * FROM take_meter_reports(100, NULL)")).filter((row) => row.tenant_id === other.tenantId)).toEqual([]),
  take_billing_credits: async () => expect((await ask("SELECT * FROM take_billing_credits(100)")).filter((row) => row.tenant_id === other.tenantId)).toEqual([]),
  // A trial is one's own to take: nobody uses up another's.
  claim_trial: async () => {
    await expect(ask("SELECT claim_trial($1, '\\x01')", [other.tenantId])).rejects.toThrow("the tenant of the transaction");
  },
  trial_taken: async () => {
    await expect(ask("SELECT trial_taken($1, '\\x01')", [other.tenantId])).rejects.toThrow("the tenant of the transaction");
  },
  // What Stripe signed is written down before anything is done; one that is known already stays what it was.
  note_stripe_event: async () => {
    expect(await done("note_stripe_event($1, $2, 'x', 'x', 'x', now(), '{\"stolen\": true}')", [`evt_${other.tenantId}_stripe`, mine.tenantId])).toBe("handled");
    await owner().query("UPDATE stripe_event SET deliveries = 1 WHERE tenant_id = $1", [other.tenantId]);
  },
  settle_stripe_event: async () => {
    await done("settle_stripe_event('evt_nobody', NULL, 'failed', NULL, 'x')", []);
    await done("settle_stripe_event($1, NULL, 'failed', NULL, 'x')", [`evt_${other.tenantId}_stripe`]);
    const { rows } = await owner().query("SELECT status, error FROM stripe_event WHERE tenant_id = $1", [other.tenantId]);
    expect(rows).toEqual([{ status: "handled", error: null }]);
    await owner().query("UPDATE stripe_event SET attempts = 0, error = NULL WHERE tenant_id = $1", [other.tenantId]);
  },
  // Whoever has a customer's id learns the workspace's id, and with that nothing.
  tenant_of_customer: async () => {
    for (const nobody of ["cus_nobody", "", "%", null]) expect(await done("tenant_of_customer($1)", [nobody])).toBeNull();
  },
  trim_rollups: async () => expect(await done("trim_rollups(1000)", [])).toBe(0),
  // Trips at the operator's figure alone.
  trip_breaker: async () => expect(await done("trip_breaker(9000000000000)", [])).toBe(false),
  // Says that something has moved, as whoever waits in this process has to know; nothing of what.
  usage_revisions: async () => {
    expect(await ask("SELECT * FROM usage_revisions(ARRAY[$1, '', 'ten_nobody'])", [other.tenantId])).toEqual([{ tenant_id: other.tenantId, revision: expect.stringMatching(/^[0-9a-f]{16}$/) }]);
  },
  cancel_descendants: internal("cancel_descendants($1, $2)", () => [other.tenantId, held.id]),
  delete_run_content: async () => {
    expect(await done("delete_run_content($1, $2)", [mine.tenantId, held.id])).toBe(false);
    // Not while it runs, whoever asks.
    expect(await done("delete_run_content($1, $2)", [other.tenantId, held.id])).toBe(false);
  },
  // Names what is due, whoever it belongs to, and nothing of what it does; nothing that is not due.
  claim_schedules: async () => {
    const rows = await ask("SELECT * FROM claim_schedules(1000)");
    for (const row of rows) expect(Object.keys(row)).toEqual(["tenant_id", "id", "due_at"]);
    expect(rows.filter((row) => row.tenant_id === other.tenantId)).toEqual([]);
  },
  // Takes what is due for the worker, whoever it belongs to, with secrets that are sealed; nothing that is not due, and nobody's by name.
  claim_webhooks: async () => expect((await ask("SELECT * FROM claim_webhooks(1000, 1000, 60000)")).filter((row) => row.tenant_id === other.tenantId)).toEqual([]),
  // Says how many events it made deliveries of, and nothing of them.
  fan_out_webhooks: async () => expect(Object.keys((await ask("SELECT fan_out_webhooks(100) AS count"))[0] ?? {})).toEqual(["count"]),
  // Deletes nothing that is young.
  purge_webhooks: async () => {
    for (const keep of ["0", "-1 day", "29 days"]) await expect(ask("SELECT purge_webhooks($1, 1000)", [keep])).rejects.toThrow("at least 30 days");
    expect(Object.keys((await ask("SELECT purge_webhooks('30 days', 1000) AS gone"))[0] ?? {})).toEqual(["gone"]);
  },
  wants_webhook: internal("wants_webhook($1, 'run.failed')", () => [other.tenantId]),
  webhook_of_alert: internal("webhook_of_alert()", () => []),
  webhook_of_key: internal("webhook_of_key()", () => []),
  webhook_of_pause: internal("webhook_of_pause()", () => []),
  webhook_of_run: internal("webhook_of_run()", () => []),
  write_webhook_event: internal("write_webhook_event($1, 'run.failed', '{}')", () => [other.tenantId]),
  cancel_run: async () => {
    expect(await done("cancel_run($1, $2)", [mine.tenantId, held.id])).toBe(false);
    expect(await done("cancel_run($1, $2)", [mine.tenantId, newId("run")])).toBe(false);
  },
  // Takes whatever is next, whoever it belongs to, and says whose it is; it neither takes nor disturbs what is held.
  claim_run: async () => {
    for (const kind of ["any", "first", "child"]) expect(await ask("SELECT * FROM claim_run('intruder', 60000, 100, $1)", [kind])).toEqual([]);
  },
  end_run: internal("end_run($1, $2, 'failed', NULL, NULL, NULL)", () => [other.tenantId, held.id]),
  finish_run: () => oldFences((fence) => done("finish_run($1, $2, 1, 0, true, 'succeeded', 'forged', NULL, NULL)", [held.id, fence]), false),
  free_key_ms: internal("free_key_ms($1, $2, now())", () => [other.tenantId, other.keyId]),
  // Whoever has the token may know; nobody has one that was never mailed, was used, taken back, or is too old.
  invitation_of_token: async () => {
    const states = ["token_hash = NULL", "accepted_at = now()", "revoked_at = now()", "expires_at = now() - interval '1 second'"];
    for (const [at, set] of states.entries()) {
      await owner().query("INSERT INTO invitation (id, tenant_id, email, role, token_hash, invited_by, expires_at) VALUES ($1, $2, $3, 'viewer', $4, $5, now() + interval '1 day')", [`inv_${at}`, other.tenantId, `${at}@test.example`, Buffer.from([at]), other.userId]);
      await owner().query(`UPDATE invitation SET ${set} WHERE id = $1`, [`inv_${at}`]);
      expect(await ask("SELECT * FROM invitation_of_token($1)", [Buffer.from([at])]), set).toEqual([]);
    }
    for (const guess of [Buffer.alloc(0), Buffer.from("guess"), null]) expect(await ask("SELECT * FROM invitation_of_token($1)", [guess])).toEqual([]);
    await owner().query("DELETE FROM invitation WHERE tenant_id = $1", [other.tenantId]);
  },
  key_of_secret: internal("key_of_secret(decode($1, 'hex'))", () => [other.keyHash]),
  lease_key_ms: internal("lease_key_ms($1, $2, now(), 1)", () => [other.tenantId, other.keyId]),
  live_user: internal("live_user($1, 1, $2)", () => [other.userId, "ses_1"]),
  lock_counter: internal("lock_counter($1)", () => [other.tenantId]),
  lock_held_run: internal("lock_held_run($1, $2)", () => [held.id, held.fence]),
  // Adds up what is in the ledger and answers a number; nothing of it depends on who asks.
  project_usage: async () => expect(Object.keys((await ask("SELECT project_usage() AS added"))[0] ?? {})).toEqual(["added"]),
  // Empties runs that are older than their own workspace keeps them, and no others.
  purge_contents: async () => expect(await ask("SELECT purge_contents(1000) AS emptied")).toEqual([{ emptied: 0 }]),
  // Takes tenants whose time has come by the database's clock; nobody else's can be named.
  purge_tenant: async () => {
    await owner().query("UPDATE tenant SET delete_after = now() + interval '1 minute' WHERE id = $1", [other.tenantId]);
    expect(await ask("SELECT * FROM purge_tenant(1000)")).toEqual([]);
    await owner().query("UPDATE tenant SET delete_after = NULL WHERE id = $1", [other.tenantId]);
  },
  purge_idempotency_keys: async () => {
    await owner().query("INSERT INTO idempotency_key (tenant_id, principal_id, key, request_hash, status, body) VALUES ($1, 'key_1', $2, '\\x00', 201, 'secret')", [other.tenantId, newId("req")]);
    const before = await everythingOfOther();
    expect(await ask("SELECT purge_idempotency_keys(now() - interval '1 day', 1000) AS gone")).toEqual([{ gone: expect.any(Number) }]);
    expect(await everythingOfOther()).toEqual(before);
    await owner().query("DELETE FROM idempotency_key WHERE tenant_id = $1", [other.tenantId]);
  },
  reap_expired_leases: async () => expect(await done("reap_expired_leases(1)", [])).toBe(0),
  release_run: () => oldFences((fence) => done("release_run($1, $2, 1)", [held.id, fence]), false),
  renew_lease: () => oldFences((fence) => ask("SELECT * FROM renew_lease($1, $2, 0, 60000, 100)", [held.id, fence]), [{ outcome: "lost", granted_ms: 0 }]),
  reserve_spend: () => oldFences((fence) => done("reserve_spend($1, $2, 1)", [held.id, fence]), "lost"),
  run_events_after: async () => {
    expect(await ask("SELECT * FROM run_events_after(ARRAY[$1], ARRAY[$2], ARRAY[0], 100)", [mine.tenantId, held.id])).toEqual([]);
    // One listener's place in the arrays is not another's.
    expect(await ask("SELECT * FROM run_events_after(ARRAY[$1, $2], ARRAY[$3, $4], ARRAY[0, 0], 100)", [mine.tenantId, other.tenantId, held.id, newId("run")])).toEqual([]);
  },
  run_signals: () => oldFences((fence) => ask("SELECT * FROM run_signals(ARRAY[$1], ARRAY[$2::bigint])", [held.id, fence]), [{ run_id: expect.any(String), signal: "lost" }]),
  // Says how many rows it sealed, and nothing of them; what it seals it does not change.
  seal_audit: async () => expect(Object.keys((await ask("SELECT seal_audit() AS sealed"))[0] ?? {})).toEqual(["sealed"]),
  settle_spend: internal("settle_spend(r, 1, true) FROM run r", () => []),
  settle_time: internal("settle_time(r, 1, true) FROM run r", () => []),
  // Says of a slug that it is taken, as a page's address does, and not by whom.
  slug_is_free: async () => expect([await ask("SELECT slug_is_free($1) AS free", [other.slug]), await ask("SELECT slug_is_free($1) AS free", ["no-such-workspace"])]).toEqual([[{ free: false }], [{ free: true }]]),
  slug_moved_to: async () => {
    const old = `old-${other.slug}`;
    await owner().query("INSERT INTO tenant_slug (slug, tenant_id) VALUES ($1, $2)", [old, other.tenantId]);
    for (const session of [await makeSession(mine.userId), ...(await deadSessions())]) {
      expect(await ask("SELECT slug_moved_to($1, $2, $3, $4) AS slug", [session.userId, session.sessionVersion, session.sessionId, old])).toEqual([{ slug: null }]);
    }
    await owner().query("DELETE FROM tenant_slug WHERE tenant_id = $1", [other.tenantId]);
  },
  staff_list_tenants: async () => {
    for (const nobody of [mine.userId, other.userId, newId("usr"), "", null]) await expect(ask("SELECT * FROM staff_list_tenants($1, NULL, 10)", [nobody])).rejects.toThrow("staff only");
  },
  store_step: () => oldFences((fence) => done("store_step($1, $2, 1, 'model', 'm', 'forged', 'stop', 1, 1, 0, 0, 1, '{}')", [held.id, fence]), false),
  // Names keys that end soon, for the mail; keys without an end are none of them.
  take_expiring_keys: async () => expect((await ask("SELECT * FROM take_expiring_keys('7 days', 100)")).filter((row) => row.tenant_id === other.tenantId)).toEqual([]),
  tenants_of_user: async () => {
    const own = await makeSession(mine.userId);
    expect(await ask("SELECT tenant_id FROM tenants_of_user($1, $2, $3)", [mine.userId, 1, own.sessionId])).toEqual([{ tenant_id: mine.tenantId }]);
    for (const dead of await deadSessions()) expect(await ask("SELECT * FROM tenants_of_user($1, $2, $3)", [dead.userId, dead.sessionVersion, dead.sessionId])).toEqual([]);
  },
};

describe("functions that cross tenants", () => {
  test("each has an attack", () => expect(Object.keys(ATTACKS).sort()).toEqual([...DEFINERS].sort()));

  test.each(Object.entries(ATTACKS))("%s", async (_name, attack) => {
    const before = await everythingOfOther();
    await attack();
    expect(await everythingOfOther()).toEqual(before);
  });
});
