import { describe, expect, test } from "vitest";
import { mergeHeaders, withoutSecrets } from "@/lib/tools/headers";
import { chooseOffered, MAX_OFFERED, nameOffered } from "@/lib/tools/offered";
import { configProblem, strayHeader } from "@/lib/tools/policy";
import { createToolSchema, updateToolSchema } from "@/lib/tools/schema";

describe("settings that do not go together", () => {
  const http = { url: "https://api.example.com/{id}", method: "GET" as const, input_schema: { type: "object", properties: { id: { type: "string" } } } };
  test("are told with their field", () => {
    expect(configProblem(http)).toBeNull();
    expect(configProblem({ ...http, input_schema: { type: "object", properties: {} } })).toMatchObject({ param: "input_schema" });
    expect(configProblem({ ...http, url: "https://{id}/" })).toMatchObject({ param: "url" });
    expect(configProblem({ url: "https://mcp.example.com/mcp" })).toBeNull();
    for (const url of ["ftp://example.com", "nonsense", "https://a:b@example.com/"]) expect(configProblem({ url })).toMatchObject({ param: "url" });
  });
});

describe("a secret goes to no server that it was not given for", () => {
  const before = { url: "https://api.example.com/v1/{id}", header_names: ["Authorization", "X-Key"] };
  test.each([
    [{}, undefined], [{ url: "https://api.example.com/v2" }, undefined], [{ url: "https://API.example.com:443/v1/{other}" }, undefined], [{ url: "https://evil.example/v1/{id}" }, "Authorization"], [{ url: "http://api.example.com/v1/{id}" }, "Authorization"],
    [{ url: "https://api.example.com:8443/" }, "Authorization"], [{ url: "https://api.example.com.evil.example/" }, "Authorization"], [{ url: "https://evil.example/", headers: { authorization: "new" } }, "X-Key"], [{ url: "https://evil.example/", headers: { authorization: null, "x-key": "new" } }, undefined],
  ])("%j: %s", (change, stray) => expect(strayHeader(before, updateToolSchema.parse(change))).toBe(stray));
});

test("headers are merged by name, whatever its case", () => {
  expect(mergeHeaders({ Authorization: "a", "X-Key": "b", "X-Old": "c" }, { authorization: "new", "x-old": null, "X-New": "d" })).toEqual({ "X-Key": "b", authorization: "new", "X-New": "d" });
});

test("what a server echoes of its secrets is taken out; short words stay", () => {
  expect(withoutSecrets('{"you sent":"Bearer sk-12345678","again":"sk-12345678"} Bearer on', { Authorization: "Bearer sk-12345678", "X-Env": "on" })).toBe('{"you sent":"[secret removed]","again":"[secret removed]"} Bearer on');
});

describe("what an MCP server offers", () => {
  const tool = (name: string, rest: object = {}) => ({ name, description: "x", inputSchema: { type: "object" }, ...rest });
  test("is taken as far as it can be kept", () => {
    expect(chooseOffered([tool("a"), null, { name: 1 }, tool("b", { inputSchema: "x" }), tool("a"), tool("c\0"), tool("d", { description: "\ud800" }), tool("e", { inputSchema: { description: "x".repeat(40_000) } }), tool("f", { description: "y".repeat(5_000) })]).map(({ name, description }) => `${name} ${description.length}`)).toEqual(["a 1", "f 4096"]);
    expect(chooseOffered(Array.from({ length: 500 }, (_, at) => tool(`t${at}`)))).toHaveLength(MAX_OFFERED);
    expect(chooseOffered(Array.from({ length: 100 }, (_, at) => tool(`t${at}`, { description: "z".repeat(4_000) }))).length).toBeLessThan(70);
  });
  test("has names that models' protocols take, each once", () => {
    const named = nameOffered("files", chooseOffered([tool("read"), tool("read.all"), tool("read/all"), tool("x".repeat(100)), tool(`${"x".repeat(100)}y`)]));
    expect([...named.keys()].slice(0, 3)).toEqual(["files__read", "files__read_all", "files__read_all_2"]);
    for (const name of named.keys()) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect([...named.values()].map(({ name }) => name).slice(0, 3)).toEqual(["read", "read.all", "read/all"]);
    expect(named.size).toBe(5);
  });
});

describe("a new tool", () => {
  const given = { kind: "http", name: "search", description: "Searches.", url: "https://api.example.com/" };
  test("has sensible settings left alone", () => {
    expect(createToolSchema.parse(given)).toEqual({ ...given, method: "GET", headers: {}, input_schema: { type: "object", properties: {} }, timeout_seconds: 30, max_answer_bytes: 65_536 });
    expect(createToolSchema.safeParse({ ...given, kind: "mcp" }).success).toBe(true);
  });
  test.each<[string, object]>([
    ["name", { name: "1st" }], ["name", { name: "a b" }], ["name", { name: "a__b" }], ["name", { name: `a${"b".repeat(64)}` }], ["name", { name: "" }], ["description", { description: " " }], ["url", { url: "" }], ["method", { method: "TRACE" }],
    ["timeout_seconds", { timeout_seconds: 0 }], ["timeout_seconds", { timeout_seconds: 121 }], ["max_answer_bytes", { max_answer_bytes: 1_048_577 }], ["headers", { headers: { Host: "x" } }], ["headers", { headers: { "Idempotency-Key": "x" } }],
    ["headers", { headers: { "X Y": "x" } }], ["headers", { headers: { "X-A": "one\r\ntwo" } }], ["headers", { headers: { "X-A": "ok\r\nX-B: 1" } }], ["headers", { headers: { "X-A": "😀" } }], ["headers", { headers: { "X-A": "1", "x-a": "2" } }], ["headers", { headers: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`X-${at}`, "x"])) }],
  ])("refuses a wrong %s: %j", (field, wrong) => expect(createToolSchema.safeParse({ ...given, ...wrong }).error?.issues[0]?.path[0]).toBe(field));
  test("an MCP server has no method", () => expect(createToolSchema.safeParse({ ...given, kind: "mcp", method: "GET" }).success).toBe(false));
});
