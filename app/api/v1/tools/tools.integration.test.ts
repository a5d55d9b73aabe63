/** Tools through the API: what is taken, what is kept and how, who may, and what a test of one tells. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as agent from "@/app/api/v1/agents/[id]/route";
import * as agents from "@/app/api/v1/agents/route";
import * as tool from "@/app/api/v1/tools/[id]/route";
import * as toolTest from "@/app/api/v1/tools/[id]/test/route";
import * as tools from "@/app/api/v1/tools/route";
import { startMcpServer, type McpTestServer } from "@/e2e/fixtures/mcp-server";
import { makeKey, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import type { RouteHandler } from "@/lib/http/route-description";
import { withTenant, closeDb } from "@/lib/platform/db";
import { openSecret } from "@/lib/platform/vault";
import { findMissingTools } from "@/lib/tools/lookup";
import type { ToolDto, ToolTest } from "@/lib/tools/schema";
import { loadToolSet } from "@/lib/tools/service";

const SECRET = "Bearer secret-of-this-tool";
let one: Workspace;
let authorization: string | undefined;
const server = createServer((request, response) => {
  authorization = request.headers.authorization;
  response.writeHead(request.url === "/teapot" ? 418 : 200, { "content-type": "text/plain" }).end(`answer to ${request.url}`);
});
let mcp: McpTestServer;
const base = () => `http://127.77.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  await once(server.listen(0, "127.77.0.1"), "listening");
  mcp = await startMcpServer();
});
beforeEach(async () => void (one = await makeWorkspace()));
afterAll(async () => {
  server.close();
  mcp.close();
  await closeDb();
});

function send(handler: RouteHandler, method: string, id: string, body?: unknown, secret = one.secret): Promise<Response> {
  const request = new Request("http://localhost/api/v1/tools", {
    method, headers: { authorization: `Bearer ${secret}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, body: body === undefined ? undefined : JSON.stringify(body),
  });
  return handler(request, { params: Promise.resolve({ id }) });
}
/** The answer's JSON, as what the caller says it is: these tests check it right after. */
const json = async <T>(answer: Promise<Response>): Promise<T> => (await answer).json() as Promise<T>;
const create = (body: object) => send(tools.POST, "POST", "", { kind: "http", name: "search", description: "Searches.", url: `${base()}/search`, ...body });
const made = (body: object = {}) => json<ToolDto>(create(body));
const patch = (id: string, body: object) => send(tool.PATCH, "PATCH", id, body);
const faultOf = async (answer: Promise<Response>): Promise<unknown[]> => {
  const response = await answer;
  const { error } = await json<{ error: { code: string; param: string | null } }>(Promise.resolve(response));
  return [response.status, error.code, error.param];
};
const audit = async (id: string) => (await owner().query<{ action: string; after: unknown }>("SELECT action, after FROM audit_log WHERE target_id = $1 ORDER BY id", [id])).rows;
const stored = async (id: string): Promise<string> => (await owner().query<{ row: string }>("SELECT to_jsonb(t)::text AS row FROM tool t WHERE id = $1", [id])).rows[0]?.row ?? "";

describe("creating", () => {
  test("an HTTP tool tells everything but the values of its headers, and seals them", async () => {
    const input_schema = { type: "object", required: ["q"], properties: { q: { type: "string" }, a: { type: "string" } } };
    const response = await create({ url: `${base()}/search?q={q}`, input_schema, headers: { Authorization: SECRET }, timeout_seconds: 5, max_answer_bytes: 1_000 });
    expect(response.status).toBe(201);
    const dto = await json<ToolDto>(Promise.resolve(response));
    expect(dto).toMatchObject({ object: "tool", kind: "http", name: "search", method: "GET", input_schema, header_names: ["Authorization"], timeout_seconds: 5, max_answer_bytes: 1_000, offered: null, archived_at: null });
    expect(dto.id).toMatch(/^tol_/);
    // In the order in which it was written: a model reads it.
    expect(JSON.stringify((await json<ToolDto>(send(tool.GET, "GET", dto.id))).input_schema)).toBe(JSON.stringify(input_schema));
    const list = await (await send(tools.GET, "GET", "")).text();
    for (const text of [JSON.stringify(dto), list, await (await send(tool.GET, "GET", dto.id)).text(), await stored(dto.id), JSON.stringify(await audit(dto.id))]) expect(text).not.toContain("secret-of-this-tool");
    const { rows } = await owner().query<{ secret_headers: string }>("SELECT secret_headers FROM tool WHERE id = $1", [dto.id]);
    expect(openSecret(rows[0]?.secret_headers ?? "", `tool.secret_headers:${dto.id}`)).toBe(JSON.stringify({ Authorization: SECRET }));
    expect(await audit(dto.id)).toMatchObject([{ action: "tool.created", after: { name: "search", headers: ["Authorization"] } }]);
  });
  test.each<[object, unknown[]]>([
    [{ name: "two words" }, [422, "invalid_field", "name"]], [{ url: "https://{host}/" }, [422, "invalid_field", "url"]], [{ url: "file:///etc/passwd" }, [422, "invalid_field", "url"]], [{ url: "https://example.com/{id}" }, [422, "invalid_field", "input_schema"]],
    [{ input_schema: { type: "array" } }, [422, "invalid_field", "input_schema"]], [{ input_schema: { type: "object", properties: { a: { pattern: "(a+)+$" } } } }, [422, "invalid_field", "input_schema"]], [{ headers: { Host: "x" } }, [422, "invalid_field", "headers.Host"]],
    [{ kind: "soap" }, [422, "invalid_field", "kind"]], [{ kind: "mcp", url: "nonsense" }, [422, "invalid_field", "url"]], [{ timeout_seconds: 0 }, [422, "invalid_field", "timeout_seconds"]], [{ secret: "x" }, [422, "invalid_field", "secret"]],
  ])("%j is refused by its field", async (wrong, fault) => expect(await faultOf(create(wrong))).toEqual(fault));
  test("a name is one tool's, also when two ask at once; an archived one gives it back", async () => {
    const answers = await Promise.all([create({}), create({}), create({})]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    const { id } = await json<ToolDto>(Promise.resolve(answers.find(({ status }) => status === 201) ?? Response.error()));
    expect(await faultOf(create({}))).toEqual([409, "conflict", "name"]);
    expect((await send(tool.DELETE, "DELETE", id)).status).toBe(200);
    expect((await create({})).status).toBe(201);
  });
});

describe("changing", () => {
  test("keeps what is left out, headers too", async () => {
    const { id } = await made({ headers: { Authorization: SECRET, "X-Old": "12345678" } });
    expect(await json(patch(id, { description: "Finds.", timeout_seconds: 9 }))).toMatchObject({ name: "search", description: "Finds.", timeout_seconds: 9, header_names: ["Authorization", "X-Old"] });
    expect(await json(patch(id, { headers: { "x-old": null, "X-New": "abcdefgh" } }))).toMatchObject({ header_names: ["Authorization", "X-New"] });
    await json(send(toolTest.POST, "POST", id, {}));
    expect(authorization).toBe(SECRET);
    expect((await audit(id)).map(({ action }) => action)).toEqual(["tool.created", "tool.updated", "tool.updated", "tool.tested"]);
    expect((await audit(id))[2]?.after).toMatchObject({ headers_changed: ["x-old", "X-New"] });
  });
  test("does not send a stored secret to another server", async () => {
    const { id } = await made({ headers: { Authorization: SECRET } });
    expect(await faultOf(patch(id, { url: "https://evil.example/collect" }))).toEqual([422, "invalid_field", "headers"]);
    expect(await json(send(tool.GET, "GET", id))).toMatchObject({ url: `${base()}/search` });
    expect(await json(patch(id, { url: "https://other.example/", headers: { authorization: null } }))).toMatchObject({ url: "https://other.example/", header_names: [] });
  });
  test("what does not go together is refused", async () => {
    const { id } = await made();
    expect(await faultOf(patch(id, { url: `${base()}/{id}` }))).toEqual([422, "invalid_field", "input_schema"]);
    const other = await made({ kind: "mcp", name: "files", url: mcp.url });
    expect(await faultOf(patch(other.id, { method: "POST" }))).toEqual([422, "invalid_field", "method"]);
    expect(await faultOf(patch(other.id, { name: "search" }))).toEqual([409, "conflict", "name"]);
    expect(await json(patch(id, { name: "search" }))).toMatchObject({ name: "search" });
  });
  test("an MCP server's list is forgotten with the change, and not kept for another address", async () => {
    const { id } = await made({ kind: "mcp", name: "files", url: mcp.url });
    await json(send(toolTest.POST, "POST", id, {}));
    expect((await json<ToolDto>(send(tool.GET, "GET", id))).offered).toHaveLength(5);
    expect(await json(patch(id, { description: "Other." }))).toMatchObject({ offered: null, offered_at: null });
  });
});

describe("archiving", () => {
  test("takes a tool out of every list and run, with its secrets", async () => {
    const { id } = await made({ headers: { Authorization: SECRET } });
    expect(await json(send(tool.DELETE, "DELETE", id))).toMatchObject({ id, archived_at: expect.any(String) as string });
    expect(await json(send(tools.GET, "GET", ""))).toMatchObject({ data: [] });
    expect(await faultOf(send(tool.GET, "GET", id))).toEqual([404, "not_found", null]);
    expect(await faultOf(send(tool.DELETE, "DELETE", id))).toEqual([404, "not_found", null]);
    expect((await loadToolSet(one.tenantId, [id])).tools).toEqual([]);
    expect(JSON.parse(await stored(id))).toMatchObject({ secret_headers: null });
  });
});

test("a tool that an agent uses is not archived until the agent lets go of it", async () => {
  const { id } = await made();
  const body = { name: "Finder", slug: "finder", model: "stint-extract-1", instructions: "Find.", tools: [id] };
  expect((await send(agents.POST, "POST", "", body)).status).toBe(201);
  const refused = await send(tool.DELETE, "DELETE", id);
  expect(await json(Promise.resolve(refused))).toMatchObject({ error: { code: "conflict", message: "Agents use this tool: finder. Take it from them first." } });
  expect((await send(tool.GET, "GET", id)).status).toBe(200);
  expect((await send(agent.PATCH, "PATCH", "finder", { tools: [] })).status).toBe(200);
  expect((await send(tool.DELETE, "DELETE", id)).status).toBe(200);
});

describe("testing", () => {
  test("an HTTP tool tells status, time and content", async () => {
    const { id } = await made({ url: `${base()}/teapot` });
    expect(await json<ToolTest>(send(toolTest.POST, "POST", id, { arguments: {} }))).toEqual({ object: "tool_test", ok: false, status: 418, duration_ms: expect.any(Number) as number, content: "The server answered 418.\nanswer to /teapot" });
    expect(await faultOf(send(toolTest.POST, "POST", id, { tool: "x" }))).toEqual([422, "invalid_field", "tool"]);
    expect(await json(send(toolTest.POST, "POST", (await made({ name: "inside", url: "http://169.254.169.254/" })).id, {}))).toMatchObject({ ok: false, status: null });
  });
  test("an MCP server tells its list, or what one of its tools answers", async () => {
    const { id } = await made({ kind: "mcp", name: "math", url: mcp.url });
    expect(await json(send(toolTest.POST, "POST", id, {}))).toMatchObject({ ok: true, content: "The server offers: add, fail.always, mixed, large, wait." });
    expect(await json(send(toolTest.POST, "POST", id, { tool: "add", arguments: { a: 2, b: 40 } }))).toMatchObject({ ok: true, content: "42", status: null });
    expect(await json(send(toolTest.POST, "POST", id, { tool: "none" }))).toMatchObject({ ok: false });
  });
});

describe("another workspace", () => {
  test("finds no tool of this one, by any way", async () => {
    const { id } = await made();
    const other = await makeWorkspace();
    for (const [handler, method, body] of [[tool.GET, "GET", undefined], [tool.PATCH, "PATCH", { description: "Mine." }], [tool.DELETE, "DELETE", undefined], [toolTest.POST, "POST", {}]] as const) {
      expect(await faultOf(send(handler, method, id, body, other.secret)), method).toEqual([404, "not_found", null]);
    }
    expect(await json(send(tools.GET, "GET", "", undefined, other.secret))).toMatchObject({ data: [] });
    expect((await loadToolSet(other.tenantId, [id])).tools).toEqual([]);
    expect(await withTenant(other.tenantId, (tx) => findMissingTools(tx, other.tenantId, [id]))).toEqual([id]);
    expect(await withTenant(one.tenantId, (tx) => findMissingTools(tx, one.tenantId, [id, "nonsense"]))).toEqual(["nonsense"]);
  });
  test("may have a tool of the same name", async () => {
    await made();
    const other = await makeWorkspace();
    expect((await send(tools.POST, "POST", "", { kind: "http", name: "search", description: "x", url: base() }, other.secret)).status).toBe(201);
  });
  test("and a key without the scope may not", async () => {
    const reader = await makeKey(one, ["tools:read"]);
    expect((await send(tools.GET, "GET", "", undefined, reader.secret)).status).toBe(200);
    expect(await faultOf(send(tools.POST, "POST", "", { kind: "http", name: "a", description: "x", url: base() }, reader.secret))).toEqual([403, "scope_missing", "tools:write"]);
    expect(await faultOf(send(tools.GET, "GET", "", undefined, (await makeKey(one, ["agents:read"])).secret))).toEqual([403, "scope_missing", "tools:read"]);
  });
});
