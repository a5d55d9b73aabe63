/** An agent's life over the API: created, changed, compared, rolled back, archived, restored. */
import { expect, test } from "@playwright/test";
import { makeKey, makeWorkspace, type Workspace } from "../fixtures/workspace";
import { call, json, type ErrorBody } from "./client";

type Agent = { id: string; slug: string; version: number; instructions: string; temperature: number | null; archived_at: string | null; delegates: string[] };
type Version = { object: string; agent_id: string; version: number; note: string | null; created_by: string; instructions?: string };
type List<T> = { object: string; data: T[]; has_more: boolean; next_cursor: string | null };

let one: Workspace;
test.beforeEach(async () => {
  one = await makeWorkspace({ agents: 3 });
});

const send = (method: string, path: string, body?: unknown, key = one.secret): Promise<Response> => call(method, `/api/v1/agents${path}`, { key, body });

async function made(slug: string, fields: object = {}): Promise<Agent> {
  const response = await send("POST", "", { name: slug, slug, model: "stint-extract-1", instructions: "First.", ...fields });
  expect(response.status).toBe(201);
  return json<Agent>(response);
}

async function expectError(response: Response, status: number, code: string, param: string | null = null): Promise<void> {
  expect(response.status).toBe(status);
  expect((await json<ErrorBody>(response)).error).toMatchObject({ code, param });
}

test("201 with every field, flat, and its defaults", async () => {
  const schema = { type: "object", properties: { total: { type: "number" } }, required: ["total"] };
  expect(await made("full", { delegates: [one.agentId], output_schema: schema, temperature: 0.5, max_steps: 3, max_minutes: 2.5, max_spend_micros: 10_000, retries: 0 })).toEqual({
    id: expect.stringMatching(/^agt_/), object: "agent", slug: "full", name: "full", version: 1, model: "stint-extract-1", instructions: "First.", tools: [], delegates: [one.agentId],
    output_schema: schema, temperature: 0.5, max_steps: 3, max_minutes: 2.5, max_spend_micros: 10_000, retries: 0, created_at: expect.any(String), updated_at: expect.any(String), archived_at: null, read_only: false,
  });
  expect(await made("least")).toMatchObject({ tools: [], delegates: [], output_schema: null, temperature: null, max_steps: 16, max_minutes: null, max_spend_micros: null, retries: 2 });
});

test("422 names the field at fault", async () => {
  const whole = { name: "x", slug: "xx", model: "stint-extract-1", instructions: "x" };
  for (const [field, value] of Object.entries({ colour: "red", temperature: 3, max_steps: 0, retries: 9, output_schema: { type: "array" }, tools: ["tol_00000000000000000000000001"], delegates: ["agt_00000000000000000000000001"], model: "no-such", slug: "new" })) {
    await expectError(await send("POST", "", { ...whole, [field]: value }), 422, "invalid_field", field);
  }
  await expectError(await send("PATCH", `/${one.agentId}`, { slug: "other" }), 422, "invalid_field", "slug");
  await expectError(await send("POST", `/${one.agentId}/rollback`, { version: "1" }), 422, "invalid_field", "version");
});

test("a change is a version, a stale one is 409, and an earlier one comes back", async () => {
  const { id } = await made("summarise");
  const changed = await json<Agent>(await send("PATCH", "/summarise", { version: 1, instructions: "Second.", note: "Shorter" }));
  expect(changed).toMatchObject({ id, version: 2, instructions: "Second." });
  await expectError(await send("PATCH", "/summarise", { version: 1, instructions: "Another tab." }), 409, "conflict");
  expect(await json<Agent>(await send("PATCH", `/${id}`, { version: 2, instructions: "Second." }))).toMatchObject({ version: 2 });

  const list = await json<List<Version>>(await send("GET", "/summarise/versions?limit=1"));
  expect(list).toMatchObject({ object: "list", has_more: true, next_cursor: "2", data: [{ object: "agent_version", agent_id: id, version: 2, note: "Shorter", created_by: one.keyId }] });
  expect((await json<List<Version>>(await send("GET", `/${id}/versions?cursor=2`))).data.map(({ version }) => version)).toEqual([1]);
  expect(await json<Version>(await send("GET", `/${id}/versions/1`))).toMatchObject({ version: 1, instructions: "First." });
  for (const version of ["3", "0", "01", "x", "1.0", "99999999999999"]) await expectError(await send("GET", `/${id}/versions/${version}`), 404, "not_found");

  expect(await json<Agent>(await send("POST", `/${id}/rollback`, { version: 1 }))).toMatchObject({ version: 3, instructions: "First." });
  await expectError(await send("POST", `/${id}/rollback`, { version: 9 }), 404, "not_found");
});

test("a repeated roll back under one Idempotency-Key is one version", async () => {
  const { id } = await made("summarise");
  await send("PATCH", `/${id}`, { temperature: 1 });
  const again = () => call("POST", `/api/v1/agents/${id}/rollback`, { key: one.secret, body: { version: 1 }, headers: { "idempotency-key": "back" } });
  const [first, second] = [await json<Agent>(await again()), await json<Agent>(await again())];
  expect(second).toEqual(first);
  expect(await json<Agent>(await send("GET", `/${id}`))).toMatchObject({ version: 3 });
});

test("an archived agent is out of use, gives its slug free, and comes back", async () => {
  const helper = await made("helper");
  const boss = await made("boss", { delegates: [helper.id] });
  await expectError(await send("POST", "", { name: "x", slug: "fourth", model: "stint-extract-1", instructions: "x" }), 402, "plan_required");
  await expectError(await send("DELETE", "/helper"), 409, "conflict");
  expect((await send("PATCH", `/${boss.id}`, { delegates: [] })).status).toBe(200);
  expect((await json<Agent>(await send("DELETE", "/helper"))).archived_at).not.toBeNull();
  expect((await send("DELETE", `/${helper.id}`)).status).toBe(200);

  await expectError(await send("GET", "/helper"), 404, "not_found");
  expect((await send("GET", `/${helper.id}`)).status).toBe(200);
  await expectError(await send("PATCH", `/${helper.id}`, { temperature: 1 }), 409, "conflict");
  await expectError(await call("POST", "/api/v1/runs", { key: one.secret, body: { agent: helper.id, input: "One sentence stands here." } }), 404, "not_found", "agent");
  expect((await json<List<Agent>>(await send("GET", ""))).data.map(({ id }) => id)).not.toContain(helper.id);
  expect((await json<List<Agent>>(await send("GET", "?archived=true"))).data.map(({ id }) => id)).toEqual([helper.id]);
  await expectError(await send("GET", "?archived=yes"), 422, "invalid_field", "archived");

  const successor = await made("helper");
  await expectError(await send("POST", `/${helper.id}/restore`), 402, "plan_required");
  await send("DELETE", `/${boss.id}`);
  await expectError(await send("POST", `/${helper.id}/restore`), 409, "conflict");
  await send("DELETE", `/${successor.id}`);
  expect(await json<Agent>(await send("POST", `/${helper.id}/restore`))).toMatchObject({ id: helper.id, slug: "helper", archived_at: null });
  expect(await json<Agent>(await send("GET", "/helper"))).toMatchObject({ id: helper.id });
});

test("403 without the scope to write, which reading does not need", async () => {
  const { secret } = await makeKey(one, ["agents:read"]);
  for (const [method, path, body] of [["PATCH", "", { temperature: 1 }], ["DELETE", ""], ["POST", "/rollback", { version: 1 }], ["POST", "/restore"]] as const) {
    await expectError(await send(method, `/${one.agentId}${path}`, body, secret), 403, "scope_missing", "agents:write");
  }
  expect((await send("GET", `/${one.agentId}/versions`, undefined, secret)).status).toBe(200);
});
