/** Calls of tools as a run makes them: a real HTTP server and a real MCP server, and what is told when they do not play along. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startMcpServer, type McpTestServer } from "@/e2e/fixtures/mcp-server";
import { makeTool } from "@/e2e/fixtures/tools";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { RATE_POLICIES } from "@/lib/limits/policies";
import { takeLimits } from "@/lib/limits/limiter";
import { closeDb } from "@/lib/platform/db";
import { loadToolSet, type ToolSet } from "@/lib/tools/service";

const TOKEN = "token-of-a-tool-1234";
let seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
let closed = 0;
const server = createServer((request, response) => void (async () => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = "", url = "", headers } = request;
  seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
  response.on("close", () => void (closed += 1));
  switch (url.split("?")[0]) {
    case "/silent": return;
    case "/missing": return void response.writeHead(404, { "content-type": "text/plain" }).end("nothing here");
    case "/empty": return void response.writeHead(204).end();
    case "/picture": return void response.writeHead(200, { "content-type": "image/png" }).end(Buffer.alloc(100));
    case "/latin": return void response.writeHead(200, { "content-type": "text/plain; charset=iso-8859-1" }).end(Buffer.from([0xe4, 0x00]));
    case "/large": return void response.writeHead(200, { "content-type": "text/plain" }).end("x".repeat(2_000));
    case "/inside": return void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
    case "/echo": return void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ authorization: headers.authorization }));
    default: response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
  }
})());
const base = () => `http://127.77.0.1:${(server.address() as AddressInfo).port}`;

let one: Workspace;
let mcp: McpTestServer;
let open: ToolSet[] = [];
beforeAll(() => once(server.listen(0, "127.77.0.1"), "listening"));
beforeEach(async () => {
  one = await makeWorkspace();
  seen = [];
  closed = 0;
  mcp = await startMcpServer({ secret: TOKEN });
});
afterEach(async () => {
  await Promise.all(open.map((set) => set.close()));
  open = [];
  mcp.close();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await closeDb();
});

async function load(...ids: string[]): Promise<ToolSet> {
  const set = await loadToolSet(one.tenantId, ids);
  open.push(set);
  return set;
}
const options = (idempotencyKey = "run_1:1", signal = new AbortController().signal) => ({ signal, idempotencyKey });
/** Makes a tool, and calls it. */
async function callHttp(path: string, args: unknown, fields: Parameters<typeof makeTool>[1] = {}) {
  const set = await load(await makeTool(one, { url: `${base()}${path}`, ...fields }));
  return set.call(set.tools[0]?.name ?? "", args, options());
}
const mcpTool = (fields: Parameters<typeof makeTool>[1] = {}) => makeTool(one, { kind: "mcp", url: mcp.url, headers: { Authorization: `Bearer ${TOKEN}` }, ...fields });

describe("an HTTP tool", () => {
  test("is defined as it was described, and gets its arguments where they belong", async () => {
    const inputSchema = { type: "object", properties: { id: { type: "string" }, q: { type: "string" }, tags: { type: "array" } }, required: ["id"] };
    const id = await makeTool(one, { name: "find", url: `${base()}/items/{id}?q={q}`, inputSchema, headers: { Authorization: `Bearer ${TOKEN}` } });
    const set = await load(id, id);
    expect(set.tools).toEqual([{ name: "find", description: "A tool of a test.", inputSchema }]);
    expect(await set.call("find", { id: "a/b", q: "x y", tags: [1, 2] }, options("run_1:7"))).toEqual({ ok: true, content: '{"ok":true}' });
    expect(seen).toMatchObject([{ method: "GET", url: "/items/a%2Fb?q=x+y&tags=1&tags=2", body: "", headers: { authorization: `Bearer ${TOKEN}`, "idempotency-key": "run_1:7" } }]);
  });
  test.each(["POST", "PUT", "PATCH"])("%s sends the rest as JSON", async (method) => {
    await callHttp("/items/{id}", { id: "7", name: "ä", deep: { a: [1] } }, { method });
    expect(seen).toMatchObject([{ method, url: "/items/7", body: '{"name":"ä","deep":{"a":[1]}}', headers: { "content-type": "application/json" } }]);
  });
  test("DELETE has a query and no body", async () => {
    await callHttp("/items", { id: 7 }, { method: "DELETE" });
    expect(seen).toMatchObject([{ method: "DELETE", url: "/items?id=7", body: "" }]);
  });
  test.each<[unknown, RegExp]>([[{}, /required|city/], [{ city: 7 }, /city/], ["text", /JSON object/], [null, /JSON object/], [[1], /JSON object/]])("%j are no arguments: nothing is sent", async (args, why) => {
    const result = await callHttp("/", args, { inputSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } });
    expect(result).toMatchObject({ ok: false });
    expect(result.content).toMatch(why);
    expect(seen).toHaveLength(0);
  });
  test.each<[string, object, object]>([
    ["/missing", {}, { ok: false, content: "The server answered 404.\nnothing here" }], ["/empty", {}, { ok: true, content: "The server answered 204 without content." }],
    ["/picture", {}, { ok: true, content: "[image/png, 100 bytes: not text, and not shown]" }], ["/latin", {}, { ok: true, content: "ä\uFFFD" }],
    ["/large", { maxAnswerBytes: 1_000 }, { ok: false, content: "The answer is larger than the 1,000 bytes that this tool may return. Ask for less." }],
    ["/silent", { timeoutSeconds: 0.1 }, { ok: false, content: "The server did not answer in time." }],
    ["/inside", {}, { ok: false, content: "The address leads into a network that may not be called from here." }],
    ["/echo", { headers: { Authorization: `Bearer ${TOKEN}` } }, { ok: true, content: '{"authorization":"[secret removed]"}' }],
  ])("%s %j is told as %j", async (path, fields, result) => expect(await callHttp(path, {}, fields)).toEqual(result));
  test.each(["http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data/", "http://localhost:1/", "http://[::1]:1/"])("%s is refused without a word of where it leads", async (url) => {
    const result = await callHttp("", {}, { url });
    expect(result.ok).toBe(false);
    expect(result.content).not.toMatch(/127|169|::1|ECONN/);
  });
  test("stops with the signal's reason within a second, before and while it is sent", async () => {
    const id = await makeTool(one, { name: "silent", url: `${base()}/silent` });
    const set = await load(id);
    await expect(set.call("silent", {}, options("k", AbortSignal.abort(new Error("canceled"))))).rejects.toThrow("canceled");
    expect(seen).toHaveLength(0);
    const stop = new AbortController();
    const going = set.call("silent", {}, options("k", stop.signal));
    await expect.poll(() => seen.length).toBe(1);
    const began = performance.now();
    stop.abort(new Error("canceled"));
    await expect(going).rejects.toThrow("canceled");
    await expect.poll(() => closed).toBe(1);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
  test("whose secrets do not open is a fault of ours, told and not thrown", async () => {
    const id = await makeTool(one, { name: "sealed", url: base(), headers: { "X-Key": "12345678" } });
    await owner().query("UPDATE tool SET secret_headers = (SELECT secret_headers FROM tool WHERE id = $2) WHERE id = $1", [id, await makeTool(one, { headers: { "X-Key": "of another tool" } })]);
    const set = await load(id);
    expect(await set.call("sealed", {}, options())).toEqual({ ok: false, content: "The tool could not be called, by a fault of the platform. It was reported." });
    expect(seen).toHaveLength(0);
  });
  test("is limited by tenant: past it nothing is sent", async () => {
    const busy = await makeWorkspace();
    const set = await loadToolSet(busy.tenantId, [await makeTool(busy, { name: "t", url: base() })]);
    await Promise.all(Array.from({ length: RATE_POLICIES.egress.quota + 50 }, () => takeLimits([{ policy: "egress", subject: busy.tenantId }])));
    expect(await set.call("t", {}, options())).toEqual({ ok: false, content: "Too many requests to other servers in the last minute." });
    expect(seen).toHaveLength(0);
  });
});

describe("a set of tools", () => {
  test("keeps the order, and leaves out what is archived, unknown or another tenant's", async () => {
    const other = await makeWorkspace();
    const [first, second, archived, theirs] = [await makeTool(one, { name: "b-first" }), await makeTool(one, { name: "a-second" }), await makeTool(one), await makeTool(other)];
    await owner().query("UPDATE tool SET archived_at = now() WHERE id = $1", [archived]);
    const set = await load(first, archived, theirs, "nonsense", second);
    expect(set.tools.map(({ name }) => name)).toEqual(["b-first", "a-second"]);
    expect(await set.call("nothing", {}, options())).toEqual({ ok: false, content: "There is no tool `nothing`. There are: b-first, a-second." });
    expect((await load()).tools).toEqual([]);
  });
});

describe.each([{ json: false }, { json: true }])("an MCP server (JSON answers: $json)", ({ json }) => {
  beforeEach(async () => {
    mcp.close();
    mcp = await startMcpServer({ secret: TOKEN, json });
  });

  test("offers its tools, which are called with the key of the call", async () => {
    const set = await load(await mcpTool({ name: "math" }));
    expect(set.tools.map(({ name }) => name)).toEqual(["math__add", "math__fail_always", "math__mixed", "math__large", "math__wait"]);
    expect(set.tools[0]).toMatchObject({ description: "Adds two numbers.", inputSchema: { type: "object", required: ["a", "b"] } });
    expect(await set.call("math__add", { a: 2, b: 3 }, options("run_1:3"))).toEqual({ ok: true, content: "5" });
    expect(mcp.calls).toEqual([{ tool: "add", idempotencyKey: "run_1:3" }]);
    const called = mcp.requests.filter(({ rpc }) => rpc === "tools/call");
    expect(called).toMatchObject([{ headers: { "idempotency-key": "run_1:3", authorization: `Bearer ${TOKEN}` } }]);
    await set.close();
    expect(mcp.requests.at(-1)?.method).toBe("DELETE");
    expect(mcp.requests.filter(({ method }) => method === "GET")).toHaveLength(0);
  });
  test("answers in parts, with errors, with wrong arguments, with too much", async () => {
    const set = await load(await mcpTool({ name: "math", maxAnswerBytes: 1_000 }));
    expect(await set.call("math__mixed", {}, options())).toEqual({ ok: true, content: "one\uFFFD [secret removed]\n[image/png, not shown]\ntwo" });
    expect(await set.call("math__fail_always", {}, options())).toEqual({ ok: false, content: "It went wrong." });
    const wrong = await set.call("math__add", { a: "two" }, options());
    expect(wrong.ok).toBe(false);
    expect(wrong.content).toMatch(/[Ii]nvalid/);
    expect((await set.call("math__large", {}, options())).content).toMatch(/larger than the 1,000 bytes/);
  });
  test("several calls at once each have their own key", async () => {
    const set = await load(await mcpTool({ name: "math" }));
    const results = await Promise.all(Array.from({ length: 8 }, (_, at) => set.call("math__add", { a: at, b: 0 }, options(`run_1:${at}`))));
    expect(results.map(({ content }) => content)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
    expect(mcp.requests.filter(({ rpc }) => rpc === "initialize")).toHaveLength(2);
    expect(mcp.calls.map(({ idempotencyKey }) => idempotencyKey).toSorted()).toEqual(Array.from({ length: 8 }, (_, at) => `run_1:${at}`));
  });
  test("is told when a call is canceled, within a second", async () => {
    const set = await load(await mcpTool({ name: "math" }));
    const stop = new AbortController();
    const going = set.call("math__wait", {}, options("run_1:9", stop.signal));
    await expect.poll(() => mcp.calls.length).toBe(1);
    const began = performance.now();
    stop.abort(new Error("the run was canceled"));
    await expect(going).rejects.toThrow("the run was canceled");
    await expect.poll(() => mcp.canceled()).toBe(1);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(await set.call("math__add", { a: 1, b: 1 }, options())).toEqual({ ok: true, content: "2" });
  });
  test("that takes too long is told so, and the set goes on", async () => {
    const set = await load(await mcpTool({ name: "math", timeoutSeconds: 1 }));
    expect(await set.call("math__wait", {}, options())).toEqual({ ok: false, content: "The MCP server did not answer in time." });
    expect(await set.call("math__add", { a: 1, b: 1 }, options())).toEqual({ ok: true, content: "2" });
  });
  test("that has forgotten us is greeted again; the call is made once", async () => {
    const set = await load(await mcpTool({ name: "math" }));
    await set.call("math__add", { a: 1, b: 1 }, options("one"));
    mcp.forget();
    expect(await set.call("math__add", { a: 2, b: 2 }, options("two"))).toEqual({ ok: true, content: "4" });
    expect(mcp.calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["one", "two"]);
  });
});

test("an MCP server that never answers the greeting holds nobody up", async () => {
  const id = await makeTool(one, { kind: "mcp", name: "mute", url: `${base()}/silent`, timeoutSeconds: 60 });
  await owner().query("UPDATE tool SET offered = '[{\"name\":\"x\",\"description\":\"\",\"input_schema\":{}}]', offered_at = now() WHERE id = $1", [id]);
  const set = await load(id);
  const stop = new AbortController();
  const going = set.call("mute__x", {}, options("k", stop.signal));
  await expect.poll(() => seen.length).toBe(1);
  const began = performance.now();
  stop.abort(new Error("canceled"));
  await expect(going).rejects.toThrow("canceled");
  await set.close();
  expect(performance.now() - began).toBeLessThan(1_500);
  await expect.poll(() => closed).toBe(1);
});

describe("what an MCP server offers", () => {
  const lists = () => mcp.requests.filter(({ rpc }) => rpc === "tools/list").length;
  test("is kept for ten minutes", async () => {
    const id = await mcpTool();
    await load(id);
    await load(id);
    expect(lists()).toBe(1);
    await owner().query("UPDATE tool SET offered_at = now() - interval '11 minutes' WHERE id = $1", [id]);
    await load(id);
    expect(lists()).toBe(2);
  });
  test("is what it was when it cannot be asked, and nothing when it never was", async () => {
    const id = await mcpTool({ name: "gone" });
    await load(id);
    await owner().query("UPDATE tool SET offered_at = now() - interval '11 minutes' WHERE id = $1", [id]);
    mcp.close();
    const set = await load(id);
    expect(set.tools.length).toBe(5);
    expect(await set.call("gone__add", { a: 1, b: 1 }, options())).toEqual({ ok: false, content: "The server could not be reached, or broke the connection." });
    expect((await load(await mcpTool())).tools).toEqual([]);
  });
  test("is not asked of a forbidden address, nor with a wrong secret, of which nothing is told", async () => {
    expect((await load(await mcpTool({ url: "http://127.0.0.1:1/mcp" }))).tools).toEqual([]);
    const id = await mcpTool({ name: "locked" });
    await load(id);
    const wrong = await mcpTool({ name: "wrong", headers: { Authorization: "Bearer not-the-right-one" } });
    await owner().query("UPDATE tool SET offered = (SELECT offered FROM tool WHERE id = $2), offered_at = now() WHERE id = $1", [wrong, id]);
    const result = await (await load(wrong)).call("wrong__add", { a: 1, b: 1 }, options());
    expect(result).toMatchObject({ ok: false });
    expect(result.content).toMatch(/did not take the request/);
    expect(result.content).not.toContain("not-the-right-one");
  });
  test("no MCP at all is told as that", async () => {
    const id = await mcpTool({ name: "page", url: `${base()}/latin` });
    await owner().query("UPDATE tool SET offered = '[{\"name\":\"x\",\"description\":\"\",\"input_schema\":{}}]', offered_at = now() WHERE id = $1", [id]);
    const result = await (await load(id)).call("page__x", {}, options());
    expect(result.ok).toBe(false);
    expect(result.content).toMatch(/MCP/);
  });
});
