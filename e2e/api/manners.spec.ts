/** The API's pinned manners, over HTTP. Programs of customers are written against these. */
import { expect } from "@playwright/test";
import { makeWorkspace, owner, type Workspace } from "../fixtures/workspace";
import { until } from "../fixtures/until";
import { BASE, call, json, rawCall, type ErrorBody } from "./client";
import { checkAnswer } from "./contract";
import { test } from "./mounts";

let one: Workspace;
test.beforeAll(async () => void (one = await makeWorkspace()));

/** The one shape, whole, with the id that the header has too. */
async function expectError(response: Response, status: number, code: string, param: string | null = null): Promise<ErrorBody["error"]> {
  const body = await json<ErrorBody>(response);
  expect({ status: response.status, code: body.error.code, param: body.error.param }).toEqual({ status, code, param });
  expect(Object.keys(body)).toEqual(["error"]);
  expect(Object.keys(body.error).sort()).toEqual(["code", "doc_url", "message", "param", "request_id", "type"]);
  expect(response.headers.get("content-type")).toContain("application/json");
  expect(body.error.request_id).toMatch(/^req_[0-9a-z]{26}$/);
  expect(response.headers.get("x-request-id")).toBe(body.error.request_id);
  expect(body.error.doc_url).toBe(`${BASE}/docs/errors#${code}`);
  expect(body.error.message).not.toMatch(/ at .*\.(ts|js)|node_modules|SELECT|prisma/i);
  return body.error;
}

test.describe("who is asking", () => {
  for (const [what, headers] of [
    ["no header", {}], ["an empty one", { authorization: "Bearer " }], ["another scheme", { authorization: "Basic c3RpbnQ6" }], ["no key of ours", { authorization: "Bearer sk-abc" }],
    ["a wrong checksum", { authorization: `Bearer stint_${"0".repeat(48)}1` }],
  ] as const) {
    test(`${what} is 401`, async () => {
      const response = await call("GET", "/api/v1/me", { headers });
      expect((await expectError(response, 401, "unauthorized")).type).toBe("authentication_error");
      expect(response.headers.get("www-authenticate")).toContain("Bearer");
    });
  }

  test("a well-formed key that nobody has is 401, also the second time", async () => {
    const { newKeySecret } = await import("@/lib/keys/secret");
    const key = newKeySecret();
    for (let n = 0; n < 2; n++) await expectError(await call("GET", "/api/v1/me", { key }), 401, "unauthorized");
  });

  test("the scheme's case does not matter", async () => {
    expect((await call("GET", "/api/v1/me", { headers: { authorization: `bearer ${one.secret}` } })).status).toBe(200);
  });

  test("a revoked key stops within a second, also one that the edge knows", async () => {
    const own = await makeWorkspace();
    for (let n = 0; n < 3; n++) expect((await call("GET", "/api/v1/me", { key: own.secret })).status).toBe(200);
    const created = await json<{ id: string; secret: string }>(await call("POST", "/api/v1/keys", { key: own.secret, body: { name: "short-lived" } }));
    for (let n = 0; n < 3; n++) expect((await call("GET", "/api/v1/me", { key: created.secret })).status).toBe(200);
    expect((await call("DELETE", `/api/v1/keys/${created.id}`, { key: own.secret })).status).toBe(200);
    await expectError(await call("GET", "/api/v1/me", { key: created.secret }), 401, "unauthorized");
    // Revoked behind the back of Redis: nobody told the edge.
    await owner().query("UPDATE api_key SET revoked_at = now() WHERE id = $1", [own.keyId]);
    await expectError(await call("GET", "/api/v1/me", { key: own.secret }), 401, "unauthorized");
  });
});

test("a server action that a page of another origin sends is 403 in the one shape, and the page itself is not touched", async () => {
  const headers = { origin: "https://evil.example", "next-action": "0".repeat(42), "content-type": "text/plain;charset=UTF-8" };
  await expectError(await fetch(`${BASE}/sign-in`, { method: "POST", headers, body: "[]" }), 403, "csrf");
  expect((await fetch(`${BASE}/sign-in`, { headers: { origin: "https://evil.example" } })).status).toBe(200);
});

test.describe("what is asked", () => {
  const body = { agent: "agent", input: "A sentence. Another one." };
  const post = (value: unknown, headers: Record<string, string> = {}) => call("POST", "/api/v1/runs", { key: one.secret, body: value, headers });

  test("an unknown route is 404 in the same shape, with and without a key", async () => {
    for (const path of ["/api/v1/nothing", "/api/v1/runs/x/y/z", "/api/nothing"]) await expectError(await call("GET", path, { key: one.secret }), 404, "not_found");
    await expectError(await call("DELETE", "/api/v1/nothing"), 404, "not_found");
  });

  test("an unknown run, agent and key are 404", async () => {
    for (const path of [`/api/v1/runs/run_${"0".repeat(26)}`, "/api/v1/runs/..%2f..%2fetc", "/api/v1/agents/nobody", `/api/v1/keys/key_${"0".repeat(26)}`]) {
      expect((await call("GET", path, { key: one.secret })).status, path).toBe(404);
    }
    await expectError(await post({ ...body, agent: "nobody" }), 404, "not_found", "agent");
  });

  test("an id that no database could hold is 422 and named", async () => {
    await expectError(await call("GET", "/api/v1/runs/%00", { key: one.secret }), 422, "invalid_field", "id");
  });

  test("another method is 405 and says which there are", async () => {
    const response = await call("PUT", "/api/v1/runs", { key: one.secret, body: {} });
    await expectError(response, 405, "method_not_allowed");
    expect(response.headers.get("allow")).toBe("GET, POST");
    await expectError(await call("POST", "/api/v1/me", { key: one.secret, body: {} }), 405, "method_not_allowed");
  });

  for (const [what, text] of [["cut", '{"agent": "agent"'], ["no JSON", "agent=agent"], ["two values", "{} {}"], ["a comment", "{/**/}"]] as const) {
    test(`JSON that is ${what} is 400`, async () => void (await expectError(await post(text), 400, "invalid_json")));
  }

  test("a body that is no UTF-8 is 400", async () => {
    await expectError(await post(new Uint8Array([0x22, 0xff, 0xfe, 0x22])), 400, "invalid_json");
  });

  test("another media type is 415", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      await expectError(await post(JSON.stringify(body), { "content-type": type }), 415, "unsupported_media_type");
    }
    expect((await post(JSON.stringify({}), { "content-type": "application/json; charset=utf-8" })).status).toBe(422);
  });

  for (const [what, value, param] of [
    ["no body", undefined, "agent"], ["no input", { agent: "agent" }, "input"], ["empty input", { ...body, input: "" }, "input"], ["blank input", { ...body, input: " \n " }, "input"],
    ["input over 256 KiB", { ...body, input: "a".repeat(262_145) }, "input"], ["input of another type", { ...body, input: ["a"] }, "input"], ["NUL in the input", { ...body, input: "a\u0000" }, "input"],
    ["half a surrogate pair", '{"agent":"agent","input":"a\\ud800"}', "input"], ["both ways to wait", { ...body, wait: true, stream: true }, "wait"], ["an unknown field", { ...body, priority: 1 }, "priority"],
    ["no time at all", { ...body, max_minutes: 0 }, "max_minutes"], ["metadata that is no text", { ...body, metadata: { a: { b: 1 } } }, "metadata.a"],
  ] as const) {
    test(`${what} is 422 and named`, async () => void (await expectError(await post(value), 422, "invalid_field", param)));
  }

  test("a list as body is 422 with no field to blame", async () => void (await expectError(await post([]), 422, "invalid_field")));

  test("input of exactly 256 KiB is taken", async () => {
    const response = await post({ ...body, input: "A word. ".repeat(32_768) });
    expect(response.status).toBe(201);
    const { id } = await json<{ id: string }>(response);
    expect((await call("POST", `/api/v1/runs/${id}/cancel`, { key: one.secret })).status).toBe(200);
  });

  test("a query that is wrong is 422 and named", async () => {
    await expectError(await call("GET", "/api/v1/runs?limit=0", { key: one.secret }), 422, "invalid_field", "limit");
    await expectError(await call("GET", "/api/v1/runs?status=done", { key: one.secret }), 422, "invalid_field", "status");
    await expectError(await call("GET", "/api/v1/usage?from=yesterday", { key: one.secret }), 422, "invalid_field", "from");
    await expectError(await call("GET", "/api/v1/usage?group_by=mood", { key: one.secret }), 422, "invalid_field", "group_by");
  });

  test("a body over 8 MB is 413, whether or not it was announced", async () => {
    const size = 9 * 1024 * 1024;
    const announcements: Record<string, string>[] = [{ "content-length": String(size) }, { "transfer-encoding": "chunked" }];
    for (const announced of announcements) {
      const chunks = Array.from({ length: 9 }, () => Buffer.alloc(1024 * 1024, 0x20));
      const answer = await rawCall({ method: "POST", path: "/api/v1/runs", headers: { authorization: `Bearer ${one.secret}`, "content-type": "application/json", ...announced }, chunks });
      expect([answer.status, answer.body.error.code], JSON.stringify(announced)).toEqual([413, "payload_too_large"]);
    }
  });

  test("a body over 8 MB that is announced and never sent is refused all the same", async () => {
    const headers = { authorization: `Bearer ${one.secret}`, "content-type": "application/json", "content-length": String(9 * 1024 * 1024) };
    const answer = await rawCall({ method: "POST", path: "/api/v1/runs", headers, chunks: [], unfinished: true });
    expect([answer.status, answer.body.error.code]).toEqual([413, "payload_too_large"]);
  });

  test("the version is told, may be pinned, and an unknown one is 400", async () => {
    const plain = await call("GET", "/api/v1/me", { key: one.secret });
    expect(plain.headers.get("stint-version")).toBe("2026-11-23");
    expect((await call("GET", "/api/v1/me", { key: one.secret, headers: { "stint-version": "2026-11-23" } })).status).toBe(200);
    await expectError(await call("GET", "/api/v1/me", { key: one.secret, headers: { "stint-version": "2020-01-01" } }), 400, "bad_request", "Stint-Version");
  });
});

test.describe("limits", () => {
  test("every authenticated answer says what is left in the minute", async () => {
    const own = await makeWorkspace({ requestsPerMinute: 40 });
    // The edge knows the key once its first request was admitted.
    const response = await until(() => call("GET", "/api/v1/me", { key: own.secret }), (answer) => answer.headers.get("ratelimit-policy") === '"tenant";q=40;w=60');
    expect(response.headers.get("ratelimit")).toMatch(/^"tenant";r=\d+;t=\d+$/);
  });

  test("past the plan's requests a minute is 429 with Retry-After, and another workspace is not touched", async () => {
    const [own, other] = [await makeWorkspace({ requestsPerMinute: 5 }), await makeWorkspace()];
    const refused = await until(() => call("GET", "/api/v1/me", { key: own.secret }), ({ status }) => status === 429);
    expect((await expectError(refused, 429, "rate_limited", "tenant")).type).toBe("rate_limit_error");
    const seconds = Number(refused.headers.get("retry-after"));
    expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60, String(seconds)).toBe(true);
    expect(refused.headers.get("ratelimit")).toMatch(/^"tenant";r=0;t=\d+$/);
    expect((await call("GET", "/api/v1/me", { key: other.secret })).status).toBe(200);
  });

  test("calls past the quota are 402, and looking and stopping still work", async () => {
    const own = await makeWorkspace({ apiCalls: 2 });
    for (let n = 0; n < 2; n++) expect((await call("GET", "/api/v1/runs", { key: own.secret })).status).toBe(200);
    expect((await expectError(await call("GET", "/api/v1/runs", { key: own.secret }), 402, "quota_exceeded")).type).toBe("quota_error");
    const me = await json<{ usage: { api_calls: unknown } }>(await call("GET", "/api/v1/me", { key: own.secret }));
    expect(me.usage.api_calls).toEqual({ used: 2, cap: 2, remaining: 0 });
    expect((await call("GET", "/api/v1/usage", { key: own.secret })).status).toBe(200);
  });

  test("no minutes left is 402, a full queue 429, a paused workspace 402 and still readable", async () => {
    const body = { agent: "agent", input: "x" };
    const empty = await makeWorkspace({ minutesMs: 0 });
    await expectError(await call("POST", "/api/v1/runs", { key: empty.secret, body }), 402, "quota_exceeded");
    const full = await makeWorkspace({ queueDepth: 0 });
    const refused = await call("POST", "/api/v1/runs", { key: full.secret, body });
    await expectError(refused, 429, "queue_full");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    const paused = await makeWorkspace();
    await owner().query("UPDATE tenant SET paused_at = now() WHERE id = $1", [paused.tenantId]);
    await expectError(await call("POST", "/api/v1/runs", { key: paused.secret, body }), 402, "tenant_paused");
    expect((await call("GET", "/api/v1/runs", { key: paused.secret })).status).toBe(200);
  });

  test("more agents than the plan includes is 402, a slug in use 409, an unknown model 422", async () => {
    const own = await makeWorkspace({ agents: 2 });
    const agent = { name: "Second", slug: "second", model: "stint-extract-1", instructions: "Summarise." };
    const create = (value: object) => call("POST", "/api/v1/agents", { key: own.secret, body: value });
    await expectError(await create({ ...agent, model: "nothing" }), 422, "invalid_field", "model");
    await expectError(await create({ ...agent, slug: "agent" }), 409, "conflict", "slug");
    expect((await create(agent)).status).toBe(201);
    await expectError(await create({ ...agent, slug: "third" }), 402, "plan_required");
  });
});

test.describe("lists", () => {
  test("page through everything once, newest first", async () => {
    const own = await makeWorkspace();
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift((await json<{ id: string }>(await call("POST", "/api/v1/keys", { key: own.secret, body: { name: `k${n}` } }))).id);
    const seen: string[] = [];
    let cursor = "";
    for (let page = 0; page < 10; page++) {
      const list = await json<{ object: string; data: { id: string; secret?: string }[]; has_more: boolean; next_cursor: string | null }>(await call("GET", `/api/v1/keys?limit=2${cursor}`, { key: own.secret }));
      expect(list.object).toBe("list");
      expect(list.data.every((key) => !("secret" in key))).toBe(true);
      seen.push(...list.data.map(({ id }) => id));
      expect(list.has_more).toBe(list.next_cursor !== null);
      if (!list.next_cursor) break;
      cursor = `&cursor=${list.next_cursor}`;
    }
    expect(seen).toEqual([...ids, own.keyId]);
  });
});

test.describe("idempotency", () => {
  test("over HTTP: replayed, refused for another body, and a secret only once", async () => {
    const headers = { "idempotency-key": `e2e-${Date.now()}` };
    const create = (name: string) => call("POST", "/api/v1/keys", { key: one.secret, body: { name }, headers });
    const first = await create("once");
    const created = await json<{ id: string; secret: string }>(first);
    const again = await create("once");
    expect([first.status, again.status, again.headers.get("idempotent-replayed")]).toEqual([201, 201, "true"]);
    expect(await json(again)).toMatchObject({ id: created.id, secret: null });
    expect(created.secret).toMatch(/^stint_[0-9A-Za-z]{49}$/);
    await expectError(await create("twice"), 422, "idempotency_mismatch");
  });
});

test.describe("the API's own description", () => {
  test("is public, and sent again only when it has changed", async () => {
    const response = await call("GET", "/api/v1/openapi.json");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    const document = await json<{ openapi: string; servers: { url: string }[]; paths: object }>(response);
    expect(document).toMatchObject({ openapi: "3.1.1", servers: [{ url: `${BASE}/api/v1` }] });
    const etag = response.headers.get("etag") ?? "";
    const again = await call("GET", "/api/v1/openapi.json", { headers: { "if-none-match": `"other", ${etag}` } });
    expect({ status: again.status, body: await again.text(), etag: again.headers.get("etag") }).toEqual({ status: 304, body: "", etag });
    expect((await call("GET", "/api/v1/openapi.json", { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  });
});

test("what an answer may hold is checked: a status, a type or a field that the document does not have is a fault", async () => {
  const me = await call("GET", "/api/v1/me", { key: one.secret });
  const body = await json<Record<string, unknown>>(me);
  const answer = (value: unknown, status = 200, type = "application/json") => new Response(JSON.stringify(value), { status, headers: { "content-type": type } });
  await checkAnswer(BASE, "GET", "/api/v1/me", answer(body));
  for (const wrong of [answer({ ...body, more: 1 }), answer({ ...body, object: "them" }), answer({}), answer(body, 201), answer(body, 200, "text/html"), answer({ error: { code: "not_found" } }, 401)]) {
    await expect(checkAnswer(BASE, "GET", "/api/v1/me", wrong)).rejects.toThrow(/not as its document says/);
  }
  await expect(checkAnswer(BASE, "GET", "/api/v1/nothing", answer(body))).rejects.toThrow(/no such operation/);
});
