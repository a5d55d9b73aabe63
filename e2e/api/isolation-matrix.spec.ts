/** Every route, page and action × every kind of caller, over HTTP, against the table of what each gets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "@playwright/test";
import { newId } from "../../lib/core/ids";
import { fillWebhooks } from "../fixtures/every-table";
import { giveToken, makeInvitation } from "../fixtures/invitations";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { makeModelKey } from "../fixtures/model-keys";
import { makeSchedule } from "../fixtures/schedules";
import { makeFlag, makeStripeEvent } from "../fixtures/stripe-rows";
import { makeTool } from "../fixtures/tools";
import { makeAgent, makeKey, makeSession, makeWorkspace, owner, queueRuns, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { BASE } from "./client";
import { checkAnswer } from "./contract";
import { listAddresses, listBuiltActions, postAction, type BuiltAction } from "./isolation-doors";
import { ACTIONS, ACTORS, API_CALLERS, PAGES, ROUTES, STAFF_ACTIONS, STAFF_ACTORS, VISITORS } from "./isolation-table";

/** What the owner's password is once it has been set; before, it is not asked for. */
const OWN_PASSWORD = "three otters under the weir";

type Caller = { headers: Record<string, string>; at: Workspace };
const ROLES = ["admin", "developer", "billing", "viewer"] as const;
const STRANGERS: readonly string[] = ["nobody", "key of A", "session of B", "ended session", "staff"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const callers = new Map<string, Caller>();
const runs = new Map<string, string>();
/** A webhook endpoint of each workspace whose secret was sealed by the application, so that it can be rotated. */
const withSecret = new Map<string, string>();
let memberships: { tenant_id: string; user_id: string; role: string }[] = [];
let a: Workspace;
let b: Workspace;
let paused: Workspace;

test.beforeAll(async () => {
  [a, b, paused] = [await makeWorkspace(), await makeWorkspace(), await makeWorkspace()];
  for (const one of [a, b, paused]) {
    const [run = ""] = await queueRuns(one, 1);
    await owner().query("UPDATE run SET status = 'canceled', finished_at = now(), event_seq = 1 WHERE id = $1", [run]);
    runs.set(one.tenantId, run);
    const made = await fetch(`${BASE}/api/v1/webhook_endpoints`, { method: "POST", headers: { authorization: `Bearer ${one.secret}`, "content-type": "application/json" }, body: '{"url":"https://hooks.test.example/"}' });
    withSecret.set(one.tenantId, ((await made.json()) as { id: string }).id);
  }
  await owner().query("UPDATE tenant SET paused_at = now(), pause_reason = 'test' WHERE id = $1", [paused.tenantId]);
  const revoked = await makeKey(a);
  await owner().query("UPDATE api_key SET revoked_at = now() WHERE id = $1", [revoked.keyId]);
  const key = (secret: string, at: Workspace): Caller => ({ headers: { authorization: `Bearer ${secret}` }, at });
  const session = async (userId: string, at: Workspace, version = 1): Promise<Caller> => ({ headers: { cookie: await sessionCookieOf(userId, version), "stint-tenant": at.slug, origin: BASE }, at });
  callers.set("nobody", { headers: { origin: BASE }, at: a });
  callers.set("revoked key", key(revoked.secret, a));
  callers.set("key of A", key(a.secret, a));
  callers.set("key of B", key(b.secret, a));
  callers.set("paused key", key(paused.secret, paused));
  callers.set("session of B", await session(b.userId, a));
  callers.set("ended session", await session(a.userId, a, 0));
  callers.set("owner", await session(a.userId, a));
  callers.set("paused owner", await session(paused.userId, paused));
  callers.set("staff", await session(await makeUser(null, { isStaff: true }), a));
  // The back office shows every workspace there is, and knows the product's own plans alone.
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = ANY ($1)", [[a.tenantId, b.tenantId, paused.tenantId]]);
  for (const role of ROLES) callers.set(role, await session(await makeUser({ workspace: a, role }), a));
  memberships = (await owner().query<(typeof memberships)[number]>("SELECT tenant_id, user_id, role FROM member WHERE tenant_id = ANY ($1)", [[a.tenantId, b.tenantId, paused.tenantId]])).rows;
});

// All callers share one address here: the limits by address are another suite's subject.
test.beforeEach(async () => {
  await forgetLimits();
  // What was deleted of the runs that everybody asks for.
  await owner().query("UPDATE run SET content_deleted_at = NULL WHERE id = ANY ($1)", [[...runs.values()]]);
  for (const [tenantId, run] of runs) await owner().query("INSERT INTO run_event (tenant_id, run_id, seq, type, data) VALUES ($1, $2, 1, 'run.canceled', '{}') ON CONFLICT DO NOTHING", [tenantId, run]);
  // Schedules of earlier tests: there is room for twenty.
  await owner().query("DELETE FROM schedule WHERE tenant_id = ANY ($1)", [[a.tenantId, b.tenantId, paused.tenantId]]);
  // Agents of earlier tests, which the plan would count.
  await owner().query("UPDATE agent SET archived_at = now() WHERE archived_at IS NULL AND tenant_id = ANY ($1) AND id <> ALL ($2)", [[a.tenantId, b.tenantId, paused.tenantId], [a.agentId, b.agentId, paused.agentId]]);
});

async function forgetLimits(): Promise<void> {
  const response = await fetch(process.env.STINT_TEST_REDIS_URL ?? "", { method: "POST", headers: { authorization: `Bearer ${process.env.STINT_TEST_REDIS_TOKEN}` }, body: '["FLUSHALL"]' });
  expect(await response.json()).toEqual({ result: "OK" });
}

function callerOf(name: string): Caller {
  const caller = callers.get(name);
  if (!caller) throw new Error(`there is no caller ${name}`);
  return caller;
}

/** Nothing in an answer names the workspace under attack but the address that was asked for. */
function expectNothingOfA(text: string): void {
  for (const theirs of [a.name, a.tenantId, a.keyId, a.email, a.userId]) expect(text).not.toContain(theirs);
}

test("the tables hold every route, page and action, and every caller", () => {
  const routes = [...ROUTES.keys()].map((name) => (name.split(" ")[1] ?? "").replace(/\{\w+\}/g, "[id]"));
  const addresses = listAddresses("route").map((address) => address.replace(/\[\w+\]/g, "[id]"));
  expect([...new Set(routes)].sort()).toEqual(addresses.sort());
  expect([...PAGES.keys()].sort()).toEqual(listAddresses("page"));
  expect([...ACTIONS.keys(), ...STAFF_ACTIONS.keys()].sort()).toEqual(listBuiltActions().map(({ name }) => name).sort());
  expect([...callers.keys()].sort()).toEqual([...new Set([...API_CALLERS, ...VISITORS, ...ACTORS])].sort());
});

test("a route and a page that nobody entered are found", () => {
  const folder = mkdtempSync(join(tmpdir(), "stint-doors-"));
  try {
    for (const file of ["api/v1/planted/[id]/route.ts", "t/[tenant]/(inner)/planted/page.tsx", "(other)/planted/page.js", "planted/page.test.tsx", "planted/run-page.tsx"]) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), "");
    }
    expect(listAddresses("route", folder)).toEqual(["/api/v1/planted/[id]"]);
    expect(listAddresses("page", folder)).toEqual(["/planted", "/t/[tenant]/planted"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a method that the table does not have, a route does not answer", async () => {
  for (const address of new Set([...ROUTES.keys()].map((name) => name.split(" ")[1] ?? ""))) {
    // More routes than one minute's limit has room for.
    await forgetLimits();
    for (const method of METHODS.filter((one) => !ROUTES.has(`${one} ${address}`))) {
      const response = await fetch(`${BASE}${await fill(address, a)}`, { method, headers: callerOf("key of A").headers });
      expect(response.status, `${method} ${address}`).toBe(405);
    }
  }
});

for (const [name, cells] of ROUTES) {
  test(`route ${name}`, async () => {
    for (const column of API_CALLERS) {
      const caller = callerOf(column);
      const [method = "", address = ""] = name.split(" ");
      const body = bodyOf(name, caller.at);
      const path = await fill(address, caller.at);
      const response = await fetch(`${BASE}${path}`, { method, redirect: "manual", headers: { ...caller.headers, ...(body ? { "content-type": "application/json" } : {}) }, body });
      await checkAnswer(BASE, method, path, response);
      const text = await response.text();
      const wanted = cells[column];
      expect(`${column}: ${response.status}`, text.slice(0, 300)).toBe(`${column}: ${wanted === "own" ? (/^POST \S+\/(agents|tools|keys|model_keys|webhook_endpoints)$/.test(name) ? 201 : 200) : wanted}`);
      if (!/^20/.test(wanted)) expectNothingOfA(text);
      expect(response.headers.get("content-security-policy")).toMatch(address.startsWith("/api/auth/") ? /'strict-dynamic'/ : /^default-src 'none'/);
    }
  });
}

for (const [address, cells] of PAGES) {
  test(`page ${address}`, async () => {
    for (const column of VISITORS) {
      const caller = callerOf(column);
      const path = await fill(address, caller.at);
      const response = await fetch(`${BASE}${path}`, { redirect: "manual", headers: caller.headers });
      const text = await response.text();
      const wanted = cells[column];
      const location = response.status === 307 ? (response.headers.get("location") ?? "") : "";
      const seen = location.startsWith("/sign-in?next=") ? "in" : location === "/sign-in" ? "start" : String(response.status);
      expect(`${column}: ${seen}`).toBe(`${column}: ${wanted === "own" ? 200 : wanted}`);
      if (!STRANGERS.includes(column) || wanted === "200") continue;
      // People see their own name and workspaces on public pages; strangers see nothing of A anywhere, nor that there is an A.
      expectNothingOfA(text);
      if (wanted === "404" && address.startsWith("/t/")) expect(outline(text, path), column).toBe(await notThere(caller, address));
    }
  });
}

/** A page's text without what differs between any two answers. */
function outline(text: string, path: string): string {
  return text.replaceAll(path, "PATH").replaceAll(/nonce-[\w+/=]+|nonce="[^"]*"|"nonce":"[^"]*"|\\"nonce\\":\\"[^"\\]*\\"/g, "NONCE").replaceAll(/test-\w{8}|req_\w{26}|(run|agt|tol|whk|dlv)_\w{26}/g, "ID");
}

async function notThere(caller: Caller, address: string): Promise<string> {
  const path = (await fill(address, caller.at)).replace(caller.at.slug, "test-nowhere0");
  const response = await fetch(`${BASE}${path}`, { redirect: "manual", headers: caller.headers });
  expect(response.status).toBe(404);
  return outline(await response.text(), path);
}

const doors: [string, Partial<Record<(typeof STAFF_ACTORS)[number], string>>][] = [...ACTIONS, ...STAFF_ACTIONS];
for (const [name, cells] of doors) {
  test(`action ${name}`, async () => {
    const action = listBuiltActions().find((one) => one.name === name);
    if (!action) throw new Error(`${name} is not in the build`);
    for (const column of STAFF_ACTORS.filter((one) => (cells[one] ?? "-") !== "-")) {
      const caller = callerOf(column);
      const before = await countRows(caller.at);
      const outcome = await callAction(action, caller);
      expect(`${column}: ${outcome.kind}`, outcome.text.slice(0, 500)).toBe(`${column}: ${cells[column]}`);
      if (cells[column] !== "done") {
        expect(await countRows(caller.at), column).toEqual(before);
        // A form gets back what was typed into it; staff's forms name the workspace.
        expectNothingOfA(outcome.text.replace(`"workspace":"${caller.at.tenantId}"`, ""));
      }
      await restoreMemberships();
      await owner().query("UPDATE tenant SET paused_at = NULL, pause_reason = NULL, overage_enabled = false, spend_limit_micros = 0 WHERE id = $1", [a.tenantId]);
      // Whoever looks at Stripe's pages is a customer, and one without a subscription is on Free.
      await owner().query("UPDATE tenant SET plan_id = 'pro', period_anchor_at = NULL WHERE id = ANY ($1)", [[a.tenantId, b.tenantId, paused.tenantId]]);
    }
  });
}

/** Who left, or took another role, is the caller that the next test knows. */
async function restoreMemberships(): Promise<void> {
  for (const { tenant_id, user_id, role } of memberships) {
    await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, user_id) DO UPDATE SET role = excluded.role", [tenant_id, user_id, role]);
  }
  await owner().query("DELETE FROM member WHERE tenant_id = ANY ($1) AND user_id <> ALL ($2)", [[a.tenantId, b.tenantId, paused.tenantId], memberships.map(({ user_id }) => user_id)]);
}

async function callAction({ id, name, page }: BuiltAction, caller: Caller): Promise<{ kind: string; text: string }> {
  const fields = { tenant: caller.at.slug, ...(await fieldsOf(name, caller.at)) };
  const response = await postAction(`${BASE}${await fill(page, caller.at)}`, id, caller.headers, fields, name === "signOutAction" ? '["$K1"]' : undefined);
  const text = await response.text();
  return { kind: kindOf(response, text), text: `${response.status} ${text}` };
}

function kindOf(response: Response, text: string): string {
  if (response.headers.get("x-action-redirect") || text.includes('"status":"done"')) return "done";
  if (/Your session has ended/.test(text)) return "out";
  if (/There is no such (workspace|page)/.test(text)) return "none";
  if (/Your role in this workspace/.test(text)) return "role";
  if (/paused/.test(text)) return "paused";
  return /"status":"(failed|invalid)"/.test(text) ? "bad" : `status ${response.status}`;
}

async function fieldsOf(action: string, at: Workspace): Promise<Record<string, string>> {
  const word = newId("agt").slice(-10);
  switch (action) {
    case "signUpAction": return { name: "Ada", email: `${word}@test.example`, password: `a long password ${word}` };
    case "signInAction": return { email: `${word}@test.example`, password: "not the password" };
    case "requestSignInLinkAction":
    case "requestPasswordResetAction": return { email: `${word}@test.example` };
    case "followSignInLinkAction": return { token: "not-a-token" };
    case "resetPasswordAction": return { token: "not-a-token", password: `a long password ${word}` };
    case "secondFactorAction": return { code: "123456" };
    case "renameUserAction": return { name: "Renamed Owner" };
    case "changePasswordAction": return { current_password: OWN_PASSWORD, password: OWN_PASSWORD };
    case "beginTwoFactorAction": return { current_password: OWN_PASSWORD };
    // Somebody else's: to whoever asks there is no such session.
    case "revokeSessionAction": return { session: (await makeSession(await makeUser(null))).sessionId };
    case "enableTwoFactorAction":
    case "disableTwoFactorAction":
    case "renewRecoveryCodesAction": return { code: "000000" };
    // No provider is set up here.
    case "continueWithAction":
    case "connectIdentityAction": case "disconnectIdentityAction": return { provider: "github" };
    case "createWorkspaceAction": return { workspace: `Stolen ${word}` };
    case "createAgentAction": return { name: "Planted", slug: `planted-${word}`, model: "stint-extract-1", instructions: "x" };
    case "saveAgentAction": return { agent: (await makeAgent(at, "stint-extract-1")).id, version: "1", name: "Saved", model: "stint-extract-1", instructions: "y", max_steps: "16", retries: "2" };
    case "rollBackAgentAction": return { agent: (await makeAgent(at, "stint-extract-1")).id, version: "1" };
    case "archiveAgentAction": return { agent: (await makeAgent(at, "stint-extract-1")).id };
    case "restoreAgentAction": {
      const { id } = await makeAgent(at, "stint-extract-1");
      await owner().query("UPDATE agent SET archived_at = now() WHERE id = $1", [id]);
      return { agent: id };
    }
    case "runAgentAction": return { agent: at.agentId, input: "One sentence." };
    case "cancelRunAction": return { run: runs.get(at.tenantId) ?? "" };
    case "startRunAction": return { agent: at.agentId, input: "One sentence." };
    case "deleteRunContentAction": return { run: runs.get(at.tenantId) ?? "" };
    case "createScheduleAction": return { agent: at.agentId, input: "One sentence.", cron: "0 9 * * *", time_zone: "UTC" };
    case "updateScheduleAction": return { schedule: await makeSchedule(at), agent: at.agentId, input: "Another sentence.", cron: "0 10 * * *", time_zone: "UTC" };
    case "pauseScheduleAction": return { schedule: await makeSchedule(at), enabled: "off" };
    case "deleteScheduleAction": return { schedule: await makeSchedule(at) };
    case "previewScheduleAction": return { cron: "0 9 * * *", time_zone: "UTC" };
    case "createModelKeyAction": return { label: `planted-${word}`, base_url: "http://127.77.0.1:9/v1", secret_key: "sk-planted", models: "x" };
    case "updateModelKeyAction": return { model_key: await makeFreshModelKey(at), base_url: "http://127.77.0.1:9/v1", secret_key: "", models: `stint-extract-1 ${2_000 + Math.floor(Math.random() * 1_000)} 100` };
    case "readModelsAction": return { model_key: newId("mdk") };
    case "deleteModelKeyAction": return { model_key: await makeFreshModelKey(at) };
    case "createToolAction": return { kind: "http", name: `planted-${word}`, description: "x", url: "http://127.77.0.1:9/", method: "GET", input_schema: "", timeout_seconds: "5", max_answer_bytes: "1000" };
    case "updateToolAction": return { tool: await makeTool(at), name: `renamed-${word}`, description: "x", url: "http://127.77.0.1:9/", method: "GET", input_schema: "", timeout_seconds: "5", max_answer_bytes: "1000" };
    case "testToolAction": return { tool: await makeTool(at), arguments: "{}" };
    case "archiveToolAction": return { tool: await makeTool(at) };
    case "createKeyAction": return { name: "Planted", "scopes[]": "runs:read", expires: "none" };
    case "updateKeyAction": return { name: "Renamed", expires: "keep", key: (await makeKey(at, ["runs:read"])).keyId };
    case "rotateKeyAction": return { grace_minutes: "0", key: (await makeKey(at, ["runs:read"])).keyId };
    case "createEndpointAction": return { url: "https://hooks.test.example/planted", description: "", "event_types[]": "*" };
    case "updateEndpointAction": return { endpoint: (await makeDelivery(at)).endpoint, url: "https://hooks.test.example/moved", description: "Moved", "event_types[]": "run.failed" };
    case "enableEndpointAction": return { endpoint: (await makeDelivery(at)).endpoint, enabled: "false" };
    case "rotateEndpointSecretAction": return { endpoint: withSecret.get(at.tenantId) ?? "" };
    case "deleteEndpointAction":
    case "sendTestEventAction": return { endpoint: (await makeDelivery(at)).endpoint };
    case "replayDeliveryAction": return { delivery: (await makeDelivery(at)).delivery };
    case "inviteMemberAction": return { email: `${word}@test.example`, role: "viewer" };
    case "resendInvitationAction":
    case "revokeInvitationAction": return { invitation: await makeInvitation(at, { role: "viewer" }) };
    case "acceptInvitationAction":
    case "changeAccountAction": return { token: await giveToken(await makeInvitation(at, { role: "viewer" })) };
    case "joinWithNewAccountAction": return { token: await giveToken(await makeInvitation(at, { role: "viewer" })), name: "Ada", password: `a long password ${word}` };
    case "changeRoleAction": return { member: await makeUser({ workspace: at, role: "viewer" }), role: "developer" };
    case "removeMemberAction":
    case "transferOwnershipAction": return { member: await makeUser({ workspace: at, role: "viewer" }) };
    case "revokeKeyAction": return { key: (await makeKey(at)).keyId };
    case "updateGeneralAction": return { name: `Renamed ${word}`, slug: at.slug };
    case "updateAccessAction": return { invitation_domains: "test.example" };
    case "updateRetentionAction": return { content_retention_days: "90" };
    case "setOverageAction": return { overage: "on", spend_limit: "25", seen: "off:0" };
    case "addAlertRuleAction": return { subject: "agent_ms", percent: String(1 + Math.floor(Math.random() * 78)) };
    case "removeAlertRuleAction": {
      await owner().query("INSERT INTO alert_rule (tenant_id, meter, percent) VALUES ($1, 'agent_ms', 79) ON CONFLICT DO NOTHING", [at.tenantId]);
      return { subject: "agent_ms", percent: "79" };
    }
    case "dismissAlertAction": {
      const id = newId("alr");
      await owner().query("INSERT INTO usage_alert (id, tenant_id, kind, meter, period_start, percent, used, quota, cap) VALUES ($1, $2, 'threshold', 'agent_ms', now(), 80, 80, 100, 100)", [id, at.tenantId]);
      return { alert: id };
    }
    // No workspace here has a subscription: what changes one is refused for that, and what begins one opens Stripe's page.
    case "startTrialAction": return { plan: "enterprise" };
    case "openCheckoutAction": case "scheduleDowngradeAction": return { plan: "starter" };
    case "openPortalAction": return { part: "all" };
    case "previewUpgradeAction": case "switchTrialPlanAction": return { plan: "pro" };
    case "upgradeAction": return { plan: "pro", proration_date: "1764000000", due_cents: "100" };
    case "requestDeletionAction": return { confirm: at.slug };
    case "setOverrideAction": return { workspace: at.tenantId, agents: "50", reason: "Agreed by mail" };
    case "removeOverrideAction": return { workspace: at.tenantId };
    case "setPauseAction": return { workspace: at.tenantId, paused: "off", note: "Cleared up" };
    case "adjustUsageAction": {
      await owner().query("INSERT INTO usage_counter (tenant_id, period_start) VALUES ($1, date_trunc('month', now(), 'UTC')) ON CONFLICT DO NOTHING", [at.tenantId]);
      return { workspace: at.tenantId, period: `${new Date().toISOString().slice(0, 7)}-01T00:00:00.000Z`, meter: "api_calls", quantity: "1", reason: "Counted twice" };
    }
    // One that has not begun: its workspace stays on the plan that the other tests are about.
    case "setContractAction": return { workspace: at.tenantId, price: "100", payment: "outside", terms: "Agreed", starts_on: "2999-01-01", minutes_ms: "1", model_spend_micros: "1", api_calls: "1000" };
    case "endContractAction": {
      await owner().query("INSERT INTO contract (tenant_id, price_cents, payment, starts_at, terms, set_by) VALUES ($1, 100, 'outside', now() + interval '1 day', 'agreed', 'usr_staff') ON CONFLICT DO NOTHING", [at.tenantId]);
      return { workspace: at.tenantId, when: "now" };
    }
    case "reconcileTenantAction": return { workspace: at.slug };
    case "seeBillingFlagAction": return { workspace: at.tenantId, flag: await makeFlag(at) };
    case "replayStripeEventAction": return { event: await makeStripeEvent(at) };
    default: return {};
  }
}

async function countRows(at: Workspace): Promise<unknown> {
  const { rows } = await owner().query(
    `SELECT (SELECT count(*) FROM agent WHERE tenant_id = $1 AND slug NOT LIKE 'a-%') AS agents, (SELECT count(*) FROM agent_version WHERE tenant_id = $1 AND version > 1) AS saved, (SELECT count(*) FROM api_key WHERE tenant_id = $1 AND revoked_at IS NOT NULL) AS revoked,
            (SELECT count(*) FROM run WHERE tenant_id = $1) AS runs, (SELECT count(*) FROM audit_log WHERE tenant_id = $1) AS audited, (SELECT count(*) FROM tenant WHERE name LIKE 'Stolen %') AS stolen,
            (SELECT json_build_array(paused_at, overage_enabled, spend_limit_micros) FROM tenant WHERE id = $1) AS caps, (SELECT count(*) FROM usage_alert WHERE tenant_id = $1 AND dismissed_at IS NOT NULL) AS dismissed,
            (SELECT count(*) FROM alert_rule WHERE tenant_id = $1 AND percent < 79) AS rules,
            (SELECT json_agg(m ORDER BY user_id) FROM member m WHERE tenant_id = $1 AND user_id = ANY ($2)) AS members`, [at.tenantId, memberships.map(({ user_id }) => user_id)]);
  return rows;
}

async function fill(address: string, at: Workspace): Promise<string> {
  // With a scope that every role which edits keys has: nobody edits a key that may do more than they may.
  const key = address.includes("{key}") ? (await makeKey(at, ["runs:read"])).keyId : "";
  const run = runs.get(at.tenantId) ?? "";
  // One to change and to archive: the workspace's own is what runs and pages name.
  const agent = address.includes("{agent}") ? (await makeAgent(at, "stint-extract-1")).id : "";
  const schedule = address.includes("{schedule}") ? await makeSchedule(at) : "";
  const tool = /[{[]tool[}\]]/.test(address) ? await makeTool(at) : "";
  const modelKey = address.startsWith("/api/v1/model_keys") ? await makeFreshModelKey(at) : "";
  const event = address.includes("[event]") ? await makeStripeEvent(at) : "";
  const { endpoint, delivery } = /[{[](endpoint|delivery)[\]}]/.test(address) ? await makeDelivery(at) : { endpoint: "", delivery: "" };
  return address.replace("{endpoint}/rotate_secret", `${withSecret.get(at.tenantId) ?? ""}/rotate_secret`).replace(/[{[]endpoint[\]}]/, endpoint).replace(/[{[]delivery[\]}]/, delivery).replace("[tenant]", at.slug).replace("[event]", event).replace("{agent}", agent).replace("{schedule}", schedule).replace("{version}", "1").replace("[agent]", at.agentSlug).replace("{run}", run).replace("[run]", run).replace("{tool}", tool).replace("[tool]", tool)
    .replace("{modelKey}", modelKey).replace("{key}", key).replace("[subject]", "runs").replace("[...nextauth]", "session").replace("[...path]", "nothing");
}

/** A model key that nothing was done to. All but the latest few of the workspace are taken away, so that it never has too many. */
async function makeFreshModelKey(at: Workspace): Promise<string> {
  await owner().query("DELETE FROM model_key WHERE tenant_id = $1 AND id NOT IN (SELECT m.id FROM model_key m WHERE m.tenant_id = $1 ORDER BY m.id DESC LIMIT 3)", [at.tenantId]);
  return makeModelKey(at);
}

/** A webhook endpoint with one delivery. All but the latest few of the workspace are taken away, so that it never has too many. */
async function makeDelivery(at: Workspace): Promise<{ endpoint: string; delivery: string }> {
  await owner().query(
    `UPDATE webhook_endpoint SET enabled = false, disabled_at = now(), disabled_reason = 'user', deleted_at = now()
     WHERE tenant_id = $1 AND id <> $2 AND deleted_at IS NULL AND id NOT IN (SELECT w.id FROM webhook_endpoint w WHERE w.tenant_id = $1 ORDER BY w.id DESC LIMIT 3)`,
    [at.tenantId, withSecret.get(at.tenantId) ?? ""]);
  return fillWebhooks(at.tenantId);
}

function bodyOf(route: string, at: Workspace): string | undefined {
  const word = newId("agt").slice(-10);
  switch (route) {
    case "POST /api/v1/agents": return JSON.stringify({ name: "Made", slug: `made-${word}`, model: "stint-extract-1", instructions: "x" });
    case "PATCH /api/v1/agents/{agent}": return JSON.stringify({ temperature: Math.round(Math.random() * 1_000) / 1_000 });
    case "POST /api/v1/agents/{agent}/rollback": return JSON.stringify({ version: 1 });
    case "POST /api/v1/tools": return JSON.stringify({ kind: "http", name: `made-${word}`, description: "x", url: "http://127.77.0.1:9/" });
    case "PATCH /api/v1/tools/{tool}": return JSON.stringify({ description: "Renamed" });
    case "POST /api/v1/tools/{tool}/test": return "{}";
    case "POST /api/v1/model_keys": return JSON.stringify({ label: `made-${word}`, base_url: "http://127.77.0.1:9/v1", key: "sk-made", models: [{ id: "x" }] });
    case "PATCH /api/v1/model_keys/{modelKey}": return JSON.stringify({ models: [{ id: "stint-extract-1", context_tokens: 2_000, max_output_tokens: 100 }] });
    case "POST /api/v1/keys": return JSON.stringify({ name: "Made", scopes: ["runs:read"] });
    case "POST /api/v1/webhook_endpoints": return JSON.stringify({ url: "https://hooks.test.example/made" });
    case "PATCH /api/v1/webhook_endpoints/{endpoint}": return JSON.stringify({ description: "Renamed" });
    case "PATCH /api/v1/keys/{key}": return JSON.stringify({ name: "Renamed" });
    case "POST /api/v1/keys/{key}/rotate": return JSON.stringify({ grace_minutes: 0 });
    case "POST /api/v1/schedules": return JSON.stringify({ agent: at.agentId, input: "One sentence stands here.", cron: "0 9 * * *" });
    case "PATCH /api/v1/schedules/{schedule}": return JSON.stringify({ cron: "0 10 * * *" });
    case "POST /api/v1/runs": return JSON.stringify({ agent: at.agentId, input: "One sentence stands here." });
    case "POST /api/v1/chat/completions": return JSON.stringify({ model: at.agentId, messages: [{ role: "user", content: "One sentence stands here." }] });
    default: return undefined;
  }
}
