import { describe, expect, test } from "vitest";
import { exampleArguments } from "@/lib/tools/example";
import { createToolFormSchema, testToolFormSchema, updateToolFormSchema } from "@/lib/tools/form";

const FORM = { kind: "http", name: "search", description: "Searches.", url: "https://api.example.com/", method: "POST", input_schema: "", timeout_seconds: " 30 ", max_answer_bytes: "65536", secret_headers: '{"Authorization":"Bearer x"}' };
const faults = (given: object) => createToolFormSchema.safeParse({ ...FORM, ...given }).error?.issues.map(({ path }) => path[0]);

describe("the form of a tool", () => {
  test("becomes what the API takes, by its kind", () => {
    expect(createToolFormSchema.parse(FORM)).toEqual({
      kind: "http", name: "search", description: "Searches.", url: "https://api.example.com/", method: "POST", input_schema: { type: "object", properties: {} }, timeout_seconds: 30, max_answer_bytes: 65_536, headers: { Authorization: "Bearer x" },
    });
    expect(createToolFormSchema.parse({ ...FORM, kind: "mcp" })).not.toHaveProperty("method");
  });
  test.each<[object, string]>([[{ input_schema: "{" }, "input_schema"], [{ input_schema: "[]" }, "input_schema"], [{ timeout_seconds: "" }, "timeout_seconds"], [{ timeout_seconds: "soon" }, "timeout_seconds"], [{ timeout_seconds: "500" }, "timeout_seconds"],
    [{ max_answer_bytes: "0" }, "max_answer_bytes"], [{ secret_headers: '{"Host":"x"}' }, "secret_headers"], [{ secret_headers: '{"X-A":""}' }, "secret_headers"], [{ name: "a b" }, "name"]])("%j is the fault of %s", (given, field) => expect(faults(given)).toEqual([field]));
  test("changes only the headers that were touched", () => {
    expect(updateToolFormSchema.parse({ ...FORM, tool: "tol_1", secret_headers: "" }).change).not.toHaveProperty("headers");
    expect(updateToolFormSchema.parse({ ...FORM, tool: "tol_1", secret_headers: '{"X-Old":null,"X-New":"1"}' }).change.headers).toEqual({ "X-Old": null, "X-New": "1" });
    expect(updateToolFormSchema.parse({ ...FORM, kind: "mcp", tool: "tol_1" }).change).not.toHaveProperty("input_schema");
  });
  test("of a test takes no arguments for an empty field", () => expect(testToolFormSchema.parse({ tool: "tol_1" })).toEqual({ tool: "tol_1", offered: "", arguments: {} }));
});

test("arguments to begin with follow the schema", () => {
  expect(exampleArguments({ type: "object", properties: { a: { type: "string" }, b: { type: "integer", minimum: 3 }, c: { default: "x" }, d: { enum: ["e"] }, f: { type: ["boolean", "null"] }, g: { type: "array" }, h: { type: "object", properties: { i: { examples: [7] } } }, j: true } })).toEqual({
    a: "", b: 3, c: "x", d: "e", f: false, g: [], h: { i: 7 }, j: "",
  });
  expect(exampleArguments(null)).toEqual({});
});
