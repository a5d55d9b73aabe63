/** One workspace's key at another's objects, over HTTP. */
import { expect } from "@playwright/test";
import { makeWorkspace, queueRuns, type Workspace } from "../fixtures/workspace";
import { call, json } from "./client";
import { test } from "./mounts";

let a: Workspace;
let b: Workspace;
let runOfB = "";

test.beforeAll(async () => {
  a = await makeWorkspace();
  b = await makeWorkspace();
  runOfB = (await queueRuns(b, 1))[0] ?? "";
});

type Me = { tenant: { id: string; slug: string }; key: { id: string } };

test("whatever x-stint-* header names another workspace, a key acts as its own", async () => {
  const forged = {
    "x-stint-tenant-id": b.tenantId, "x-stint-tenant": b.slug, "stint-tenant": b.slug, "x-stint-key-id": b.keyId, "x-stint-user-id": b.userId, "x-stint-key-hash": b.keyHash, "x-stint-role": "owner",
    "x-stint-scopes": "*", "x-stint-directory-miss": "1", "x-stint-client-ip": "1.1.1.1", "x-stint-path": "/admin", "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware",
  };
  for (const path of ["/api/v1/me", `/api/v1/me?tenant=${b.slug}`]) {
    const me = await json<Me>(await call("GET", path, { key: a.secret, headers: forged }));
    expect([me.tenant.id, me.key.id]).toEqual([a.tenantId, a.keyId]);
  }
  const runs = await json<{ data: unknown[] }>(await call("GET", "/api/v1/runs", { key: a.secret, headers: forged }));
  expect(runs.data).toEqual([]);
  expect((await call("GET", "/api/v1/me", { headers: forged })).status).toBe(401);
});

test("a request id is the platform's own", async () => {
  const id = `req_${"0".repeat(26)}`;
  const response = await call("GET", "/api/v1/me", { key: a.secret, headers: { "x-stint-request-id": id, "x-request-id": id } });
  expect(response.headers.get("x-request-id")).not.toBe(id);
});

test("its objects are the 404 of objects that do not exist, word for word", async () => {
  for (const [method, theirs, nobodys] of [
    ["GET", `/api/v1/runs/${runOfB}`, `/api/v1/runs/run_${"0".repeat(26)}`], ["GET", `/api/v1/runs/${runOfB}/events`, `/api/v1/runs/run_${"0".repeat(26)}/events`],
    ["POST", `/api/v1/runs/${runOfB}/cancel`, `/api/v1/runs/run_${"0".repeat(26)}/cancel`], ["GET", `/api/v1/agents/${b.agentId}`, `/api/v1/agents/agt_${"0".repeat(26)}`],
    ["GET", `/api/v1/keys/${b.keyId}`, `/api/v1/keys/key_${"0".repeat(26)}`], ["DELETE", `/api/v1/keys/${b.keyId}`, `/api/v1/keys/key_${"0".repeat(26)}`],
  ] as const) {
    const [other, none] = await Promise.all([theirs, nobodys].map(async (path) => {
      const response = await call(method, path, { key: a.secret });
      const text = await response.text();
      return `${response.status} ${text.replace(/req_[0-9a-z]{26}/, "")}`;
    }));
    expect(other, `${method} ${theirs}`).toMatch(/^404/);
    expect(other).toBe(none);
  }
  // And nothing happened to them.
  expect((await call("GET", `/api/v1/keys/${b.keyId}`, { key: b.secret })).status).toBe(200);
});

test("a run cannot be started on its agent, by slug or by id", async () => {
  const { slug } = await json<{ slug: string }>(await call("POST", "/api/v1/agents", { key: b.secret, body: { name: "Only B", slug: "only-b", model: "stint-extract-1", instructions: "x" } }));
  for (const agent of [slug, b.agentId]) expect((await call("POST", "/api/v1/runs", { key: a.secret, body: { agent, input: "x" } })).status).toBe(404);
});

test("lists and usage hold its own only", async () => {
  for (const path of ["/api/v1/agents", "/api/v1/keys", "/api/v1/runs", "/api/v1/usage?group_by=key", "/api/v1/usage?group_by=agent"]) {
    const text = await (await call("GET", path, { key: a.secret })).text();
    for (const theirs of [b.tenantId, b.agentId, b.keyId, b.userId, runOfB]) expect(text, path).not.toContain(theirs);
  }
});
