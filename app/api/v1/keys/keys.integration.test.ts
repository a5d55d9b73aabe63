/** API keys: what they may, from where, how much, for how long; and that it all ends when it should. */
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as keys from "@/app/api/v1/keys/route";
import * as key from "@/app/api/v1/keys/[id]/route";
import * as rotate from "@/app/api/v1/keys/[id]/rotate/route";
import * as me from "@/app/api/v1/me/route";
import { makeKey, makeWorkspace, owner, readCounter, type Workspace } from "@/e2e/fixtures/workspace";
import { gate } from "@/lib/http/gate";
import { DIRECTORY_HEADER } from "@/lib/http/context";
import type { RouteHandler } from "@/lib/http/route-description";
import { warnOfExpiry } from "@/lib/keys/expiry";
import type { CreatedKey, KeyDto } from "@/lib/keys/schema";
import { until } from "@/e2e/fixtures/until";
import { closeDb } from "@/lib/platform/db";

afterAll(() => closeDb());

const HOUR_MS = 3_600_000;
let one: Workspace;
beforeEach(async () => void (one = await makeWorkspace()));

type Options = { secret?: string; id?: string; body?: unknown; from?: string; headers?: Record<string, string> };
function send(handler: RouteHandler, method: string, options: Options = {}): Promise<Response> {
  const { secret = one.secret, id = "x", body, from = "203.0.113.7", headers } = options;
  const request = new Request("http://localhost/api/v1/keys", {
    method, headers: { authorization: `Bearer ${secret}`, "x-forwarded-for": from, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers }, body: body === undefined ? undefined : JSON.stringify(body),
  });
  return handler(request, { params: Promise.resolve({ id }) });
}
/** The answer's JSON, as what the caller says it is: these tests check it right after. */
const json = async <T>(answer: Promise<Response>): Promise<T> => (await answer).json() as Promise<T>;
const codeOf = async (answer: Promise<Response>): Promise<string> => (await json<{ error: { code: string } }>(answer)).error.code;
const statusOf = async (answer: Promise<Response>): Promise<number> => (await answer).status;
const create = (body: object) => json<CreatedKey>(send(keys.POST, "POST", { body }));
const secretOf = (made: CreatedKey): string => made.secret ?? "";
const actions = async (id: string): Promise<string[]> =>
  (await owner().query<{ action: string }>("SELECT action FROM audit_log WHERE target_id = $1 ORDER BY id", [id])).rows.map((row) => row.action);

describe("addresses", () => {
  test.each([
    [["203.0.113.0/24"], "203.0.113.9", true], [["203.0.113.0/24"], "203.0.114.9", false], [["203.0.113.0/24"], "::ffff:203.0.113.9", true], [["2001:db8::/32"], "2001:db8:1::5", true],
    [["2001:db8::/32"], "2001:db9::5", false], [["2001:db8::/32"], "203.0.113.9", false], [["198.51.100.4", "2001:db8::/32"], "198.51.100.4", true], [["0.0.0.0/0"], "::1", false], [["0.0.0.0/0"], "unknown", false],
  ] as const)("%j from %s: %s", async (allowed_cidrs, from, allowed) => {
    const made = await create({ name: "Narrow", allowed_cidrs });
    const answer = await send(me.GET, "GET", { secret: secretOf(made), from });
    expect(answer.status).toBe(allowed ? 200 : 403);
    if (!allowed) expect(await answer.json()).toMatchObject({ error: { type: "permission_error", code: "address_not_allowed" } });
  });

  test("a refused call is not counted, and is on record once however often it is tried", async () => {
    const made = await create({ name: "Narrow", scopes: ["keys:read"], allowed_cidrs: ["10.0.0.0/8"] });
    const before = (await readCounter(one)).calls;
    for (let turn = 0; turn < 5; turn++) expect(await statusOf(send(keys.GET, "GET", { secret: secretOf(made) }))).toBe(403);
    expect((await readCounter(one)).calls).toBe(before);
    expect(await actions(made.id)).toEqual(["api_key.created", "api_key.address_refused"]);
    expect(await statusOf(send(keys.GET, "GET", { secret: secretOf(made), from: "10.9.8.7" }))).toBe(200);
  });

  test("what is no network is refused with its field", async () => {
    expect(await json(send(keys.POST, "POST", { body: { name: "x", allowed_cidrs: ["10.0.0.0/8", "10.0.0/8"] } }))).toMatchObject({ error: { code: "invalid_field", param: "allowed_cidrs.1" } });
  });
});

describe("rotation", () => {
  test("both secrets work until the grace ends, under the same id; then only the new one", async () => {
    const made = await create({ name: "Turning" });
    const turned = await json<CreatedKey>(send(rotate.POST, "POST", { id: made.id, body: { grace_minutes: 60 } }));
    expect(turned).toMatchObject({ id: made.id, prefix: secretOf(turned).slice(0, 12) });
    for (const secret of [secretOf(made), secretOf(turned)]) expect(await json(send(me.GET, "GET", { secret }))).toMatchObject({ key: { id: made.id } });
    await owner().query("UPDATE api_key SET previous_expires_at = now() WHERE id = $1", [made.id]);
    expect([await statusOf(send(me.GET, "GET", { secret: secretOf(made) })), await statusOf(send(me.GET, "GET", { secret: secretOf(turned) }))]).toEqual([401, 200]);
    expect(await actions(made.id)).toEqual(["api_key.created", "api_key.rotated"]);
  });

  test("without a grace the old secret ends at once; a second rotation ends the first one's grace; revoking ends both", async () => {
    const made = await create({ name: "Turning" });
    const second = await json<CreatedKey>(send(rotate.POST, "POST", { id: made.id, body: { grace_minutes: 0 } }));
    expect(await statusOf(send(me.GET, "GET", { secret: secretOf(made) }))).toBe(401);
    const third = await json<CreatedKey>(send(rotate.POST, "POST", { id: made.id, body: { grace_minutes: 60 } }));
    const fourth = await json<CreatedKey>(send(rotate.POST, "POST", { id: made.id, body: { grace_minutes: 60 } }));
    expect(await Promise.all([second, third, fourth].map((each) => statusOf(send(me.GET, "GET", { secret: secretOf(each) }))))).toEqual([401, 200, 200]);
    await send(key.DELETE, "DELETE", { id: made.id });
    expect(await Promise.all([third, fourth].map((each) => statusOf(send(me.GET, "GET", { secret: secretOf(each) }))))).toEqual([401, 401]);
    expect(await codeOf(send(rotate.POST, "POST", { id: made.id, body: {} }))).toBe("conflict");
  });

  test("a replay does not carry the secret and does not rotate again", async () => {
    const made = await create({ name: "Turning" });
    const ask = () => json<CreatedKey>(send(rotate.POST, "POST", { id: made.id, body: { grace_minutes: 5 }, headers: { "idempotency-key": "turn" } }));
    const first = await ask();
    expect(await ask()).toMatchObject({ secret: null, secret_note: expect.stringContaining("once") as string });
    expect(await statusOf(send(me.GET, "GET", { secret: secretOf(first) }))).toBe(200);
    const stored = await owner().query<{ body: string }>("SELECT body FROM idempotency_key WHERE tenant_id = $1 AND key = 'turn'", [one.tenantId]);
    expect(stored.rows[0]?.body).not.toContain(secretOf(first));
  });

  test("nobody gets a secret for more than they may do, nor another workspace's", async () => {
    const weak = await makeKey(one, ["keys:read", "keys:write"]);
    expect(await codeOf(send(rotate.POST, "POST", { secret: weak.secret, id: one.keyId, body: {} }))).toBe("scope_missing");
    expect(await codeOf(send(key.PATCH, "PATCH", { secret: weak.secret, id: one.keyId, body: { name: "mine" } }))).toBe("scope_missing");
    const other = await makeWorkspace();
    expect(await codeOf(send(rotate.POST, "POST", { id: other.keyId, body: {} }))).toBe("not_found");
    expect(await codeOf(send(key.PATCH, "PATCH", { id: other.keyId, body: { name: "mine" } }))).toBe("not_found");
  });
  test.each([-1, 10_081, 1.5])("a grace of %s minutes is refused", async (grace_minutes) => {
    expect(await codeOf(send(rotate.POST, "POST", { id: one.keyId, body: { grace_minutes } }))).toBe("invalid_field");
  });
});

describe("changing", () => {
  test("only what is named changes, with before and after on record", async () => {
    const made = await create({ name: "Before", allowed_cidrs: ["10.1.2.3/8"], requests_per_minute: 5, monthly_cap_minutes: 3 });
    expect(made).toMatchObject({ allowed_cidrs: ["10.0.0.0/8"], requests_per_minute: 5, monthly_cap_minutes: 3, expires_at: null, status: "active" });
    const after = await json<KeyDto>(send(key.PATCH, "PATCH", { id: made.id, body: { name: "After", requests_per_minute: null } }));
    expect(after).toMatchObject({ name: "After", allowed_cidrs: ["10.0.0.0/8"], requests_per_minute: null, monthly_cap_minutes: 3 });
    const { rows } = await owner().query("SELECT before, after FROM audit_log WHERE target_id = $1 AND action = 'api_key.updated'", [made.id]);
    expect(rows).toMatchObject([{ before: { name: "Before", requests_per_minute: 5 }, after: { name: "After", requests_per_minute: null } }]);
    await send(key.DELETE, "DELETE", { id: made.id });
    expect(await codeOf(send(key.PATCH, "PATCH", { id: made.id, body: { name: "Again" } }))).toBe("conflict");
  });

  test("a key with limits cannot shed them, by itself or through another", async () => {
    const made = await create({ name: "Limited", scopes: ["keys:read", "keys:write"], requests_per_minute: 5 });
    const secret = secretOf(made);
    expect(await codeOf(send(key.PATCH, "PATCH", { secret, id: made.id, body: { requests_per_minute: null } }))).toBe("scope_missing");
    expect(await codeOf(send(keys.POST, "POST", { secret, body: { name: "free", scopes: ["keys:read"] } }))).toBe("scope_missing");
    expect(await statusOf(send(rotate.POST, "POST", { secret, id: made.id, body: {} }))).toBe(200);
  });

  test("an end is in the future; when it comes the key stops", async () => {
    expect(await codeOf(send(keys.POST, "POST", { body: { name: "Past", expires_at: new Date(Date.now() - 1_000).toISOString() } }))).toBe("invalid_field");
    const made = await create({ name: "Ends", expires_at: new Date(Date.now() + HOUR_MS).toISOString() });
    expect(await statusOf(send(me.GET, "GET", { secret: secretOf(made) }))).toBe(200);
    await owner().query("UPDATE api_key SET expires_at = now() WHERE id = $1", [made.id]);
    expect(await statusOf(send(me.GET, "GET", { secret: secretOf(made) }))).toBe(401);
    expect(await json(send(key.GET, "GET", { id: made.id }))).toMatchObject({ status: "expired" });
  });
});

test("a key never does more than its maker's role still may, and nothing once the maker left", async () => {
  const other = await makeKey(one);
  await owner().query("UPDATE member SET role = 'viewer' WHERE tenant_id = $1", [one.tenantId]);
  expect(await codeOf(send(keys.GET, "GET", { secret: other.secret }))).toBe("scope_missing");
  await owner().query("UPDATE member SET role = 'owner' WHERE tenant_id = $1", [one.tenantId]);
  expect(await statusOf(send(keys.GET, "GET", { secret: other.secret }))).toBe(200);
  const orphan = await makeKey(one);
  await owner().query("UPDATE api_key SET created_by = 'usr_gone' WHERE id = $1", [orphan.keyId]);
  expect(await codeOf(send(keys.GET, "GET", { secret: orphan.secret }))).toBe("scope_missing");
  expect(await json(send(key.GET, "GET", { id: orphan.keyId }))).toMatchObject({ status: "maker_left" });
});

test("a key's own rate limit is enforced at the gate and in the headers", async () => {
  const made = await create({ name: "Slow", requests_per_minute: 2 });
  const ask = () => gate(new Request("http://localhost/api/v1/me", { headers: { authorization: `Bearer ${secretOf(made)}`, "x-forwarded-for": "203.0.113.44" } }));
  // The gate learns of a key from its first admission.
  await send(me.GET, "GET", { secret: secretOf(made), headers: { [DIRECTORY_HEADER]: "" } });
  const known = await until(ask, (verdict) => verdict.kind === "pass" && verdict.responseHeaders["RateLimit-Policy"]?.includes('"key";q=2;w=60') === true);
  expect(known.kind).toBe("pass");
  await ask();
  const refused = await ask();
  if (refused.kind !== "refuse") throw new Error("not refused");
  expect(refused.response.status).toBe(429);
  expect(refused.response.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(await refused.response.json()).toMatchObject({ error: { code: "rate_limited", param: "key" } });
});

test("a warning is queued seven days before a key's end, once a key and end", async () => {
  const soon = await create({ name: "Soon", expires_at: new Date(Date.now() + 6 * 24 * HOUR_MS).toISOString() });
  const later = await create({ name: "Later", expires_at: new Date(Date.now() + 8 * 24 * HOUR_MS).toISOString() });
  const queued = async (id: string): Promise<number> => (await owner().query<{ count: number }>("SELECT count(*) FROM pgboss.job WHERE name = 'mail.key_expires' AND data->>'keyId' = $1", [id])).rows[0]?.count ?? 0;
  await Promise.all([warnOfExpiry(), warnOfExpiry()]);
  await warnOfExpiry();
  expect([await queued(soon.id), await queued(later.id)]).toEqual([1, 0]);
  await send(key.PATCH, "PATCH", { id: soon.id, body: { expires_at: new Date(Date.now() + 5 * 24 * HOUR_MS).toISOString() } });
  await warnOfExpiry();
  expect(await queued(soon.id)).toBe(2);
});

test("a revoked key stops at once on two web instances while Redis is away", async () => {
  const victim = await makeKey(one);
  const url = process.env.UPSTASH_REDIS_REST_URL;
  try {
    // Nothing listens there: this is what a stopped Redis looks like.
    process.env.UPSTASH_REDIS_REST_URL = "http://127.0.0.1:9";
    const instances: { GET: RouteHandler; DELETE: RouteHandler; gate: typeof gate }[] = [];
    for (let each = 0; each < 2; each++) {
      vi.resetModules();
      instances.push({ GET: (await import("@/app/api/v1/me/route")).GET, DELETE: (await import("@/app/api/v1/keys/[id]/route")).DELETE, gate: (await import("@/lib/http/gate")).gate });
    }
    const ask = async (at: number): Promise<number> => {
      const instance = instances[at];
      if (!instance) throw new Error("no such instance");
      const request = new Request("http://localhost/api/v1/me", { headers: { authorization: `Bearer ${victim.secret}`, "x-forwarded-for": "203.0.113.45" } });
      const verdict = await instance.gate(request);
      if (verdict.kind === "refuse") return verdict.response.status;
      return (await instance.GET(new Request(request, { headers: verdict.requestHeaders }), { params: Promise.resolve({}) })).status;
    };
    expect(await Promise.all([ask(0), ask(1)])).toEqual([200, 200]);
    const [first] = instances;
    if (!first) throw new Error("no instance");
    expect((await send(first.DELETE, "DELETE", { id: victim.keyId })).status).toBe(200);
    const revokedAt = performance.now();
    expect(await Promise.all([ask(0), ask(1)])).toEqual([401, 401]);
    expect(performance.now() - revokedAt).toBeLessThan(1_000);
  } finally {
    process.env.UPSTASH_REDIS_REST_URL = url;
    vi.resetModules();
  }
});
