/** Every route, page and action × every kind of caller, over HTTP, against the table of what each gets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "@playwright/test";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { makeKey, makeWorkspace, owner, queueRuns, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { BASE } from "./client";
import { checkAnswer } from "./contract";
import { listAddresses, listBuiltActions, postAction, type BuiltAction } from "./isolation-doors";
import { bodyOf, fieldsOf, fill, runs, withSecret } from "./isolation-requests";
import { ACTIONS, ACTORS, API_CALLERS, PAGES, ROUTES, STAFF_ACTIONS, STAFF_ACTORS, VISITORS } from "./isolation-table";

type Caller = { headers: Record<string, string>; at: Workspace };
const ROLES = ["admin", "developer", "billing", "viewer"] as const;
const STRANGERS: readonly string[] = ["nobody", "key of A", "session of B", "ended session", "staff"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const callers = new Map<string, Caller>();
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

async function countRows(at: Workspace): Promise<unknown> {
  const { rows } = await owner().query(
    `SELECT (SELECT count(*) FROM agent WHERE tenant_id = $1 AND slug NOT LIKE 'a-%') AS agents, (SELECT count(*) FROM agent_version WHERE tenant_id = $1 AND version > 1) AS saved, (SELECT count(*) FROM api_key WHERE tenant_id = $1 AND revoked_at IS NOT NULL) AS revoked,
            (SELECT count(*) FROM run WHERE tenant_id = $1) AS runs, (SELECT count(*) FROM audit_log WHERE tenant_id = $1) AS audited, (SELECT count(*) FROM tenant WHERE name LIKE 'Stolen %') AS stolen,
            (SELECT json_build_array(paused_at, overage_enabled, spend_limit_micros) FROM tenant WHERE id = $1) AS caps, (SELECT count(*) FROM usage_alert WHERE tenant_id = $1 AND dismissed_at IS NOT NULL) AS dismissed,
            (SELECT count(*) FROM alert_rule WHERE tenant_id = $1 AND percent < 79) AS rules,
            (SELECT json_agg(m ORDER BY user_id) FROM member m WHERE tenant_id = $1 AND user_id = ANY ($2)) AS members`, [at.tenantId, memberships.map(({ user_id }) => user_id)]);
  return rows;
}
