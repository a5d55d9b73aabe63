import { readdirSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { Validator as JsonValidator, type Schema } from "@cfworker/json-schema";
import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, test } from "vitest";
import { apiDocument } from "@/app/api/v1/api-document";
import type { RouteModule } from "@/lib/http/openapi/document";
import { isSchema, propertiesOf } from "@/lib/http/openapi/json-schema";
import { ERROR_CODES } from "@/lib/core/errors";

const FOLDER = import.meta.dirname;
const doc = apiDocument("https://stint.example.com");
const operations = Object.entries(doc.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, method, operation })));

const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name === "route.ts").map((entry) => join(entry.parentPath, entry.name));
const found: string[] = [];
const names = new Map<string, string>();

beforeAll(async () => {
  for (const file of files) {
    const path = `/${dirname(file).slice(FOLDER.length + 1).split(sep).join("/").replace(/\[(\w+)\]/g, "{$1}")}`;
    const module = (await import(pathToFileURL(file).href)) as RouteModule;
    for (const [method, handler] of Object.entries(module)) {
      if (!handler?.description) continue;
      found.push(`${method} ${path}`);
      names.set(`${method} ${path}`, handler.description.name);
    }
  }
}, 60_000);

test("every route file's methods are in the document, and nothing else", () => {
  expect(files.length).toBeGreaterThan(20);
  expect(operations.map(({ name }) => name).sort()).toEqual(found.sort());
  for (const [name, told] of names) expect(told, name).toBe(`/v1${name.split(" ")[1]}`);
});

test("it is a valid OpenAPI 3.1 document", async () => {
  const result = await new Validator().validate(structuredClone(doc));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
});

test("operations have names of their own, a line that says what they do, and what they answer", () => {
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  for (const { name, operation } of operations) {
    expect(operation.operationId, name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(operation.summary, name).toMatch(/^[A-Z].*[^.]$/);
    expect(Object.keys(operation.responses).some((status) => status.startsWith("2")), name).toBe(true);
    if (operation.security.length > 0) expect(Object.keys(operation.responses), name).toEqual(expect.arrayContaining(["400", "401", "402", "403", "429", "500", "503"]));
  }
});

test("every reference leads somewhere, and every schema is a JSON Schema", () => {
  const text = JSON.stringify(doc);
  for (const [, ref = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = ref.split("/").reduce<unknown>((at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined), doc);
    expect(target, ref).toBeDefined();
  }
  for (const [name, schema] of Object.entries(doc.components.schemas)) expect(() => validate(schema, {}), name).not.toThrow();
});

test("objects of the API have their own names", () => {
  expect(Object.keys(doc.components.schemas)).toEqual(expect.arrayContaining(["Error", "Run", "RunSummary", "RunList", "Agent", "AgentList", "AgentVersion", "ApiKey", "Tool", "ChatCompletion", "ModelList", "CreateRunRequest"]));
});

describe("bodies", () => {
  const bodies = operations.filter(({ operation }) => operation.requestBody);
  test.each(bodies)("$name has an example that its schema takes, and refuses what is none", ({ operation }) => {
    const content = operation.requestBody?.content["application/json"];
    if (!content) throw new Error("no JSON");
    expect(content.example).toBeDefined();
    expect(validate(content.schema, content.example)).toEqual([]);
    expect(validate(content.schema, "text")).not.toEqual([]);
  });
});

test("every parameter and every field of a body says what it is", () => {
  const silent = [
    ...operations.flatMap(({ name, operation }) => operation.parameters.flatMap((one) => ("in" in one && one.in !== "path" && !one.description ? [`${name} ${one.name}`] : []))),
    ...Object.entries(doc.components.schemas).filter(([name]) => name.endsWith("Request")).flatMap(([name, schema]) =>
      (Array.isArray(schema.oneOf) ? schema.oneOf.filter(isSchema) : [schema]).flatMap(propertiesOf).filter(([, field]) => field.const === undefined && !field.description).map(([field]) => `${name}.${field}`)),
  ];
  expect(silent).toEqual([]);
});

test("every error has its codes, and an example in the one shape", () => {
  const statuses = new Set(Object.values(ERROR_CODES).map(({ status }) => String(status)));
  expect(Object.keys(doc.components.responses).sort()).toEqual([...statuses].map((status) => `Error${status}`).sort());
  for (const answer of Object.values(doc.components.responses)) {
    const content = "content" in answer ? answer.content?.["application/json"] : undefined;
    expect(validate(content?.schema ?? false, content?.example)).toEqual([]);
  }
});

function validate(schema: unknown, value: unknown): string[] {
  const whole = { ...(schema as Schema), components: doc.components } as Schema;
  return new JsonValidator(whole, "2020-12", false).validate(value).errors.map((error) => `${error.instanceLocation} ${error.error}`);
}
