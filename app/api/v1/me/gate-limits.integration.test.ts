import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { GET as getMe } from "@/app/api/v1/me/route";
import { until } from "@/e2e/fixtures/until";
import { makeKey, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { DIRECTORY_HEADER } from "@/lib/http/context";
import type { GateVerdict } from "@/lib/http/gate";
import { sealSession, sessionCookie } from "@/lib/http/session";
import { forgetKeysOf } from "@/lib/keys/service";
import { closeDb } from "@/lib/platform/db";
import { askRedis } from "@/lib/platform/redis";

afterAll(() => closeDb());
beforeEach(() => askRedis((redis) => redis.flushall()));

type Gate = (request: Request) => Promise<GateVerdict>;

/** A gate with modules and a directory of its own, as another process has them; handlers run in this file's. */
async function startGate(): Promise<Gate> {
  vi.resetModules();
  const own = new Map<string, object>();
  vi.doMock("@/lib/platform/process-singleton", () => ({
    processSingleton: (name: string, create: () => object): object => {
      const made = own.get(name) ?? create();
      own.set(name, made);
      return made;
    },
  }));
  const { gate } = await import("@/lib/http/gate");
  vi.doUnmock("@/lib/platform/process-singleton");
  return gate;
}

const requestOf = (path: string, headers: Record<string, string>): Request => new Request(`http://localhost${path}`, { headers: { "x-forwarded-for": "203.0.113.7", ...headers } });
const withKey = (secret: string): Request => requestOf("/api/v1/me", { authorization: `Bearer ${secret}` });
const headersOf = (verdict: GateVerdict): Headers => (verdict.kind === "pass" ? new Headers(verdict.responseHeaders) : verdict.response.headers);
const policiesOf = (verdict: GateVerdict): string => headersOf(verdict).get("ratelimit-policy") ?? "";

/** As a server does: the gate, then the handler with the headers that the gate gave it. */
async function ask(gate: Gate, secret: string): Promise<GateVerdict> {
  const verdict = await gate(withKey(secret));
  if (verdict.kind === "pass") await getMe(new Request("http://localhost/api/v1/me", { headers: verdict.requestHeaders }), { params: Promise.resolve({}) });
  return verdict;
}

const setPlan = (workspace: Workspace, requestsPerMinute: number) => owner().query("UPDATE plan SET requests_per_minute = $2 WHERE id = $1", [workspace.planId, requestsPerMinute]);
const tells = (quota: number) => (verdict: GateVerdict): boolean => policiesOf(verdict).includes(`"tenant";q=${quota};w=60`);

describe("a changed limit", () => {
  test("acts at every gate within a second when the directory is cleared", async () => {
    const workspace = await makeWorkspace({ requestsPerMinute: 500 });
    const [one, two] = [await startGate(), await startGate()];
    for (const gate of [one, two]) await until(() => ask(gate, workspace.secret), tells(500));
    await setPlan(workspace, 900);
    await forgetKeysOf(workspace.tenantId);
    await Promise.all([one, two].map((gate) => until(() => ask(gate, workspace.secret), tells(900), 1_000)));
  });

  test("acts at every gate within a second also when the message was lost: the first admission puts the directory right", async () => {
    const workspace = await makeWorkspace({ requestsPerMinute: 500 });
    const [one, two] = [await startGate(), await startGate()];
    for (const gate of [one, two]) await until(() => ask(gate, workspace.secret), tells(500));
    await setPlan(workspace, 300);
    await ask(one, workspace.secret);
    await Promise.all([one, two].map((gate) => until(() => ask(gate, workspace.secret), tells(300), 1_000)));
  });

  test("by an override of the workspace acts within a second, and its end as well", async () => {
    const workspace = await makeWorkspace({ requestsPerMinute: 500 });
    const [one, two] = [await startGate(), await startGate()];
    for (const gate of [one, two]) await until(() => ask(gate, workspace.secret), tells(500));
    await owner().query("INSERT INTO tenant_override (tenant_id, requests_per_minute, reason, set_by) VALUES ($1, 2000, 'Migration', $2)", [workspace.tenantId, workspace.userId]);
    await Promise.all([one, two].map((gate) => until(() => ask(gate, workspace.secret), tells(2_000), 1_000)));
    await owner().query("UPDATE tenant_override SET expires_at = now() - interval '1 second' WHERE tenant_id = $1", [workspace.tenantId]);
    await Promise.all([one, two].map((gate) => until(() => ask(gate, workspace.secret), tells(500), 1_000)));
  });

  test("of a key acts the same", async () => {
    const workspace = await makeWorkspace();
    const key = await makeKey(workspace);
    const gate = await startGate();
    await until(() => ask(gate, key.secret), (verdict) => policiesOf(verdict).startsWith('"tenant"'));
    await owner().query("UPDATE api_key SET requests_per_minute = 77 WHERE id = $1", [key.keyId]);
    await until(() => ask(gate, key.secret), (verdict) => policiesOf(verdict).startsWith('"key";q=77;w=60, "tenant"'), 1_000);
  });
});

test("over two gates at once a key gets its own limit exactly, and what it was refused stays the workspace's", async () => {
  const workspace = await makeWorkspace({ requestsPerMinute: 1_000 });
  await owner().query("UPDATE api_key SET requests_per_minute = 20 WHERE id = $1", [workspace.keyId]);
  const other = await makeKey(workspace);
  const gates: [Gate, Gate] = [await startGate(), await startGate()];
  for (const gate of gates) await until(() => ask(gate, workspace.secret), (verdict) => policiesOf(verdict).startsWith('"key";q=20'));
  await askRedis(async (redis) => redis.del(...(await redis.keys("rate:*"))));
  const began = performance.now();
  const verdicts = (await Promise.all(gates.map((gate) => Promise.all(Array.from({ length: 100 }, () => gate(withKey(workspace.secret))))))).flat();
  const refilled = Math.ceil((performance.now() - began) / 3_000);
  const passed = verdicts.filter(({ kind }) => kind === "pass").length;
  expect(passed).toBeGreaterThanOrEqual(20);
  expect(passed).toBeLessThanOrEqual(20 + refilled);
  const last = await until(() => ask(gates[0], other.secret), (verdict) => policiesOf(verdict).startsWith('"tenant"'));
  expect(Number(/r=(\d+)/.exec(headersOf(last).get("ratelimit") ?? "")?.[1])).toBeGreaterThan(900);
  const refused = verdicts.find(({ kind }) => kind === "refuse");
  if (refused?.kind !== "refuse") throw new Error("nothing was refused");
  expect(refused.response.status).toBe(429);
  expect(refused.response.headers.get("retry-after")).toMatch(/^[1-3]$/);
  expect(refused.response.headers.get("ratelimit")).toMatch(/^"key";r=0;t=[1-3], "tenant";r=\d+;t=\d+$/);
  const body = (await refused.response.json()) as { error: { param: string; message: string } };
  expect(body.error).toMatchObject({ code: "rate_limited", param: "key" });
  expect(body.error.message).toMatch(/^Too many requests\. The limit `key` is 20 requests of this key in a minute\. Try again in/);
});

test("what a page of another origin sends to a page is refused in the one shape, before Next could fail on it; reading and the API are not", async () => {
  const gate = await startGate();
  const of = (path: string, method: string) => gate(new Request(`http://localhost${path}`, { method, headers: { host: "localhost", origin: "https://evil.example", "x-forwarded-for": "203.0.113.7" } }));
  const verdict = await of("/sign-in", "POST");
  if (verdict.kind !== "refuse") throw new Error("it was let through");
  expect(verdict.response.status).toBe(403);
  expect(await verdict.response.json()).toMatchObject({ error: { type: "permission_error", code: "csrf", message: "This was sent by a page of another origin. Nothing was changed." } });
  for (const [path, method] of [["/sign-in", "GET"], ["/api/v1/me", "POST"], ["/api/stripe/webhook", "POST"]] as const) expect((await of(path, method)).kind).toBe("pass");
});

describe("which limit", () => {
  const cookie = async (userId: string): Promise<string> => `${sessionCookie().name}=${await sealSession({ userId, sessionVersion: 1, sessionId: "ses_1" })}`;

  test("a session takes from its user's, on pages and in the API, and is told what is left", async () => {
    const gate = await startGate();
    const headers = { cookie: await cookie("usr_gate_a") };
    expect(policiesOf(await gate(requestOf("/api/v1/me?tenant=x", headers)))).toBe('"user";q=1200;w=60');
    const page = await gate(requestOf("/t/x", headers));
    expect(headersOf(page).get("ratelimit")).toMatch(/^"user";r=119\d;t=1$/);
    // Nobody's page says nothing: a stranger has no quota to plan with.
    expect(policiesOf(await gate(requestOf("/pricing", {})))).toBe("");
  });

  test("a forged session or a forged forwarding header buys no other bucket", async () => {
    const gate = await startGate();
    for (let n = 0; n < 30; n++) {
      const verdict = await gate(requestOf("/api/v1/me", { cookie: `${sessionCookie().name}=forged-${n}`, "x-forwarded-for": `198.51.100.${n}, 10.0.0.${n}, 203.0.113.9`, "x-real-ip": `198.51.100.${n}`, forwarded: `for=198.51.100.${n}`, "x-stint-client-ip": `198.51.100.${n}` }));
      expect(policiesOf(verdict)).toBe('"anonymous";q=120;w=60');
    }
    expect(await askRedis((redis) => redis.keys("rate:*"))).toEqual(["rate:anonymous:203.0.113.9"]);
  });

  test("an IPv6 network is one address, and IPv4 inside IPv6 is IPv4", async () => {
    const gate = await startGate();
    for (const ip of ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "::ffff:192.0.2.5", "192.0.2.5"]) await gate(requestOf("/api/v1/me", { "x-forwarded-for": ip }));
    expect((await askRedis((redis) => redis.keys("rate:*"))).sort()).toEqual(["rate:anonymous:192.0.2.5", "rate:anonymous:2001:db8:1:2:0:0:0:0/64"]);
  });

  test("what a client says that the gate applied is not believed", async () => {
    const gate = await startGate();
    const verdict = await gate(requestOf("/api/v1/me", { authorization: `Bearer ${(await makeWorkspace()).secret}`, [DIRECTORY_HEADER]: "999999/" }));
    if (verdict.kind !== "pass") throw new Error("refused");
    expect(verdict.requestHeaders.get(DIRECTORY_HEADER)).toBe("");
  });
});

test("a person whom the limit refuses a page reads a page; a program gets the one shape", async () => {
  const gate = await startGate();
  const from = { "x-forwarded-for": "203.0.113.80" };
  await Promise.all(Array.from({ length: 640 }, () => gate(requestOf("/pricing", from))));
  const refused = await gate(requestOf("/pricing", { ...from, accept: "text/html,application/xhtml+xml,*/*;q=0.8" }));
  if (refused.kind !== "refuse") throw new Error("not refused");
  const { response } = refused;
  expect([response.status, response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([429, "text/html; charset=utf-8", "no-store"]);
  expect(response.headers.get("retry-after")).toBe("1");
  const html = await response.text();
  const nonce = /<style nonce="([^"]+)">/.exec(html)?.[1];
  expect(response.headers.get("content-security-policy")).toBe(`default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
  expect(html).toContain(response.headers.get("x-request-id"));
  expect(html).not.toContain("203.0.113.80");
  expect(html).not.toContain("<script");
  await Promise.all(Array.from({ length: 20 }, () => gate(requestOf("/pricing", from))));
  const program = await gate(requestOf("/pricing", { ...from, accept: "*/*" }));
  if (program.kind !== "refuse") throw new Error("not refused");
  expect(await program.response.json()).toMatchObject({ error: { code: "rate_limited", param: "pages" } });
});
