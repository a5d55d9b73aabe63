/** The export over HTTP: everything of one workspace, nothing of another, for owners in their own browser. */
import { expect } from "@playwright/test";
import { fillEveryTable } from "../fixtures/every-table";
import { sessionCookieOf } from "../fixtures/session";
import { unzip } from "../fixtures/unzip";
import { makeWorkspace, owner, type Workspace } from "../fixtures/workspace";
import { BASE, call, type ErrorBody, json } from "./client";
import { test } from "./mounts";

let mine: Workspace;
let other: Workspace;

test.beforeAll(async () => {
  [mine, other] = [await makeWorkspace(), await makeWorkspace()];
  for (const one of [mine, other]) {
    // Nothing executes what the fixture queues.
    await owner().query("UPDATE tenant SET paused_at = now() WHERE id = $1", [one.tenantId]);
    await fillEveryTable(one);
    await owner().query("UPDATE run SET input = $2, output = $2 WHERE tenant_id = $1", [one.tenantId, `contents of ${one.slug}`]);
    await owner().query("UPDATE api_key SET previous_hash = sha256($2), previous_expires_at = now() + interval '1 day' WHERE id = $1", [one.keyId, Buffer.from(one.slug)]);
    await owner().query("UPDATE invitation SET token_hash = sha256($2) WHERE tenant_id = $1", [one.tenantId, Buffer.from(`token of ${one.slug}`)]);
  }
});

async function download(of: Workspace, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${BASE}/api/v1/export?tenant=${of.slug}`, { headers: { cookie: await sessionCookieOf(of.userId), "sec-fetch-site": "same-origin", ...headers } });
}

/** Every value of a workspace's rows that names it or something of it. */
async function wordsOf(one: Workspace): Promise<{ own: string[]; secret: string[] }> {
  const list = async (sql: string) => (await owner().query<{ word: string }>(sql, [one.tenantId])).rows.map(({ word }) => word);
  const own = [one.tenantId, one.slug, one.name, one.email, one.userId, one.keyId, one.agentId, `contents of ${one.slug}`,
    ...(await list("SELECT id AS word FROM run WHERE tenant_id = $1")), ...(await list("SELECT id AS word FROM invitation WHERE tenant_id = $1")), ...(await list("SELECT id AS word FROM audit_log WHERE tenant_id = $1"))];
  const secret = [one.secret, ...(await list("SELECT encode(hash, 'hex') AS word FROM api_key WHERE tenant_id = $1")), ...(await list("SELECT encode(previous_hash, 'hex') AS word FROM api_key WHERE tenant_id = $1")),
    ...(await list("SELECT encode(token_hash, 'hex') AS word FROM invitation WHERE tenant_id = $1"))];
  return { own, secret };
}

test("holds everything of the one, nothing of the other, and nothing secret", async () => {
  const response = await download(mine);
  expect([response.status, response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([200, "application/zip", "no-store"]);
  const files = unzip(Buffer.from(await response.arrayBuffer()));
  expect([...files.keys()]).toEqual(["workspace", "members", "invitations", "api_keys", "agents", "agent_versions", "tools", "model_keys", "schedules", "runs", "steps", "run_events", "ledger", "usage_hourly", "usage_daily", "agreed_limits", "alert_rules", "usage_alerts", "webhook_endpoints", "webhook_events", "webhook_deliveries", "webhook_attempts", "billing", "contract", "invoices", "refunds_and_disputes", "meter_reports", "credits", "audit_log"].map((name) => `${name}.jsonl`).concat("manifest.json"));
  for (const [name, text] of files) expect(text.length, name).toBeGreaterThan(20);
  const text = [...files.values()].join("\n");
  const [ours, theirs] = [await wordsOf(mine), await wordsOf(other)];
  for (const word of ours.own) expect(text).toContain(word);
  for (const word of [...theirs.own, ...theirs.secret, ...ours.secret]) {
    expect(word).not.toBe("");
    expect(text).not.toContain(word);
    expect(text).not.toContain(Buffer.from(word, /^[0-9a-f]{64}$/.test(word) ? "hex" : "utf8").toString("base64"));
  }
});

test("not from another site, not with a key, not for a session of another workspace", async () => {
  expect((await download(mine, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  const byKey = await call("GET", "/api/v1/export", { key: mine.secret });
  expect([byKey.status, (await json<ErrorBody>(byKey)).error.code]).toEqual([403, "scope_missing"]);
  expect((await fetch(`${BASE}/api/v1/export?tenant=${mine.slug}`, { headers: { cookie: await sessionCookieOf(other.userId), "sec-fetch-site": "same-origin" } })).status).toBe(401);
  expect((await call("POST", "/api/v1/export", { key: mine.secret })).status).toBe(405);
});
