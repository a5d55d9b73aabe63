/** Handlers reached without the gate in front: they authenticate, count and refuse all the same. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as agents from "@/app/api/v1/agents/route";
import * as agent from "@/app/api/v1/agents/[id]/route";
import * as keys from "@/app/api/v1/keys/route";
import * as key from "@/app/api/v1/keys/[id]/route";
import * as rotate from "@/app/api/v1/keys/[id]/rotate/route";
import * as modelKeys from "@/app/api/v1/model_keys/route";
import * as modelKey from "@/app/api/v1/model_keys/[id]/route";
import * as tools from "@/app/api/v1/tools/route";
import * as tool from "@/app/api/v1/tools/[id]/route";
import * as toolTest from "@/app/api/v1/tools/[id]/test/route";
import * as audit from "@/app/api/v1/audit/route";
import * as auditExport from "@/app/api/v1/audit/export/route";
import * as me from "@/app/api/v1/me/route";
import * as runs from "@/app/api/v1/runs/route";
import * as run from "@/app/api/v1/runs/[id]/route";
import * as cancel from "@/app/api/v1/runs/[id]/cancel/route";
import * as events from "@/app/api/v1/runs/[id]/events/route";
import * as usage from "@/app/api/v1/usage/route";
import * as usageCsv from "@/app/api/v1/usage.csv/route";
import * as usageLive from "@/app/api/v1/usage/live/route";
import { endLeftoverRuns, makeKey, makeSession, makeWorkspace, owner, queueRuns, readCounter, type Workspace } from "@/e2e/fixtures/workspace";
import { sealSession, sessionCookie } from "@/lib/http/session";
import { closeDb } from "@/lib/platform/db";
import type { RouteHandler } from "@/lib/http/route-description";

const ROUTES: Record<string, Record<string, RouteHandler>> = {
  "/agents": agents, "/agents/{id}": agent, "/tools": tools, "/tools/{id}": tool, "/tools/{id}/test": toolTest, "/model_keys": modelKeys, "/model_keys/{id}": modelKey, "/keys": keys, "/keys/{id}": key, "/keys/{id}/rotate": rotate, "/audit": audit, "/audit/export": auditExport, "/me": me, "/runs": runs, "/runs/{id}": run, "/runs/{id}/cancel": cancel, "/runs/{id}/events": events, "/usage": usage, "/usage.csv": usageCsv, "/usage/live": usageLive,
};
/** Every operation of the API, and whether it counts as a call. */
const OPERATIONS: [method: string, route: string, counted: boolean][] = [
  ["GET", "/agents", true], ["POST", "/agents", true], ["GET", "/agents/{id}", true], ["GET", "/tools", true], ["POST", "/tools", true], ["GET", "/tools/{id}", true], ["PATCH", "/tools/{id}", true], ["DELETE", "/tools/{id}", true],
  ["POST", "/tools/{id}/test", true], ["GET", "/model_keys", true], ["POST", "/model_keys", true], ["GET", "/model_keys/{id}", true], ["PATCH", "/model_keys/{id}", true], ["DELETE", "/model_keys/{id}", true], ["GET", "/keys", true], ["POST", "/keys", true], ["GET", "/keys/{id}", true], ["DELETE", "/keys/{id}", true],
  ["PATCH", "/keys/{id}", true], ["POST", "/keys/{id}/rotate", true], ["GET", "/audit", true], ["GET", "/audit/export", true],
  ["GET", "/me", false], ["GET", "/runs", true], ["POST", "/runs", true], ["GET", "/runs/{id}", true], ["POST", "/runs/{id}/cancel", false], ["GET", "/runs/{id}/events", true], ["GET", "/usage", false], ["GET", "/usage.csv", false], ["GET", "/usage/live", false],
];

let a: Workspace;
let b: Workspace;
let runOfB = "";

beforeAll(async () => {
  a = await makeWorkspace();
  b = await makeWorkspace();
  runOfB = (await queueRuns(b, 1))[0] ?? "";
});
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

function call(method: string, route: string, headers: Record<string, string>, id = "x", body?: unknown): Promise<Response> {
  const handler = ROUTES[route]?.[method];
  if (!handler) throw new Error(`no ${method} ${route}`);
  const request = new Request(`http://localhost/api/v1${route.replace("{id}", id)}`, {
    method, headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) }, body: body === undefined ? undefined : JSON.stringify(body),
  });
  return handler(request, { params: Promise.resolve({ id }) });
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const codeOf = async (response: Response): Promise<string> => {
  const body: { error: { code: string } } = await response.json() as never;
  return body.error.code;
};

describe("without a key", () => {
  test.each(OPERATIONS)("%s %s is 401", async (method, route) => {
    for (const headers of [{}, bearer("stint_wrong"), bearer(`stint_${"0".repeat(49)}`), { authorization: "Basic abc" }, { "x-stint-tenant-id": a.tenantId, "x-stint-request-id": "req_1" }]) {
      const response = await call(method, route, headers as Record<string, string>, "x", method === "POST" ? {} : undefined);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toContain("Bearer");
      expect(await codeOf(response)).toBe("unauthorized");
    }
  });
});

describe("with a key", () => {
  test.each(OPERATIONS)("%s %s is counted once: %s", async (method, route, counted) => {
    const before = (await readCounter(a)).calls;
    await (await call(method, route, bearer(a.secret), "agt_nothing", method === "POST" ? {} : undefined)).text();
    expect((await readCounter(a)).calls - before).toBe(counted ? 1 : 0);
  });

  test("and no calls left, free routes still answer and others say 402", async () => {
    const poor = await makeWorkspace({ apiCalls: 0 });
    for (const [method, route, counted] of OPERATIONS) {
      const response = await call(method, route, bearer(poor.secret), poor.agentId, method === "POST" ? {} : undefined);
      if (counted) expect([response.status, await codeOf(response)], `${method} ${route}`).toEqual([402, "quota_exceeded"]);
      else expect(response.status, `${method} ${route}`).not.toBe(402);
    }
    expect((await readCounter(poor)).calls).toBe(0);
  });

  test("of another workspace, an object is the same 404 as one that does not exist", async () => {
    for (const [method, route, theirs, nobodys] of [
      ["GET", "/agents/{id}", b.agentId, `agt_${"0".repeat(26)}`], ["GET", "/keys/{id}", b.keyId, `key_${"0".repeat(26)}`], ["DELETE", "/keys/{id}", b.keyId, `key_${"0".repeat(26)}`],
      ["GET", "/runs/{id}", runOfB, `run_${"0".repeat(26)}`], ["POST", "/runs/{id}/cancel", runOfB, `run_${"0".repeat(26)}`], ["GET", "/runs/{id}/events", runOfB, `run_${"0".repeat(26)}`],
    ] as const) {
      const answers = await Promise.all([theirs, nobodys].map(async (id) => {
        const response = await call(method, route, bearer(a.secret), id);
        return `${response.status} ${(await response.text()).replace(/req_[0-9a-z]+/, "req")}`;
      }));
      expect(answers[0], `${method} ${route}`).toMatch(/^404 /);
      expect(answers[0]).toBe(answers[1]);
    }
    const { rows } = await owner().query("SELECT status, (SELECT revoked_at FROM api_key WHERE id = $2) AS revoked_at FROM run WHERE id = $1", [runOfB, b.keyId]);
    expect(rows).toEqual([{ status: "queued", revoked_at: null }]);
  });

  test("a run is not started on another workspace's agent", async () => {
    const response = await call("POST", "/runs", bearer(a.secret), "", { agent: b.agentId, input: "x" });
    expect([response.status, await codeOf(response)]).toEqual([404, "not_found"]);
  });

  test("without the scope it is 403, and what it may hand out is what it has", async () => {
    const reader = await makeKey(a, ["runs:read", "keys:write"]);
    expect((await call("GET", "/runs", bearer(reader.secret))).status).toBe(200);
    for (const [method, route, scope] of [["GET", "/agents", "agents:read"], ["POST", "/runs", "runs:write"], ["GET", "/usage", "usage:read"], ["GET", "/keys", "keys:read"]] as const) {
      const response = await call(method, route, bearer(reader.secret), "", method === "POST" ? { agent: "agent", input: "x" } : undefined);
      const body: { error: { param: string } } = await response.json() as never;
      expect([response.status, body.error.param]).toEqual([403, scope]);
    }
    const greedy = await call("POST", "/keys", bearer(reader.secret), "", { name: "more", scopes: ["runs:read", "agents:write"] });
    expect([greedy.status, await codeOf(greedy)]).toEqual([403, "scope_missing"]);
    expect((await call("POST", "/keys", bearer(reader.secret), "", { name: "same", scopes: ["runs:read"] })).status).toBe(201);
  });
});

describe("with a session", () => {
  const origin = new URL(process.env.APP_URL ?? "http://localhost:3000").origin;
  const cookie = async (userId: string, sessionVersion = 1) => ({ cookie: `${sessionCookie().name}=${await sealSession(await makeSession(userId, sessionVersion))}` });
  const at = (slug: string) => ({ "stint-tenant": slug });

  test("from the same origin it may do what the role may", async () => {
    const headers = { ...(await cookie(a.userId)), ...at(a.slug) };
    expect((await call("GET", "/me", headers)).status).toBe(200);
    expect((await call("POST", "/keys", { ...headers, origin }, "", { name: "k" })).status).toBe(201);
    expect((await call("POST", "/keys", { ...headers, "sec-fetch-site": "same-origin" }, "", { name: "k" })).status).toBe(201);
  });

  test.each([{}, { origin: "https://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }, { "sec-fetch-site": "cross-site", origin: "http://localhost:3000" }])(
    "a change asked for from elsewhere (%j) is refused as CSRF", async (from) => {
      const response = await call("POST", "/keys", { ...(await cookie(a.userId)), ...at(a.slug), ...(from as Record<string, string>) }, "", { name: "k" });
      expect([response.status, await codeOf(response)]).toEqual([403, "csrf"]);
    },
  );

  test("reading from another site is refused too", async () => {
    const response = await call("GET", "/me", { ...(await cookie(a.userId)), ...at(a.slug), "sec-fetch-site": "cross-site" });
    expect(response.status).toBe(403);
  });

  test("a workspace it is not a member of, an ended session and a forged cookie are 401; no workspace is 400", async () => {
    expect((await call("GET", "/me", { ...(await cookie(a.userId)), ...at(b.slug) })).status).toBe(401);
    expect((await call("GET", "/me", { ...(await cookie(a.userId, 0)), ...at(a.slug) })).status).toBe(401);
    expect((await call("GET", "/me", { cookie: `${sessionCookie().name}=forged`, ...at(a.slug) })).status).toBe(401);
    expect((await call("GET", "/me", await cookie(a.userId))).status).toBe(400);
  });
});
