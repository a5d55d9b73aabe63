import { describe, expect, test } from "vitest";
import { argumentsProblem, MAX_ARGUMENT_BYTES, schemaProblem } from "@/lib/tools/arguments";
import type { JsonObject } from "@/lib/tools/schema";

const deep = (levels: number): JsonObject => (levels === 0 ? { type: "string" } : { type: "object", properties: { a: deep(levels - 1) } });

describe("a schema of arguments", () => {
  test.each<JsonObject>([
    { type: "object" }, { $schema: "https://json-schema.org/draft/2020-12/schema", type: "object", properties: { q: { type: "string", minLength: 1 } }, required: ["q"], additionalProperties: false },
    // Names and data of the tenant's own, not keywords.
    { type: "object", properties: { pattern: { type: "string" }, $ref: { type: "string" }, id: { type: "integer" } } }, { type: "object", properties: { a: { enum: [{ pattern: "(a+)+$" }], default: { $ref: "x" } } } },
  ])("%j is taken", (schema) => expect(schemaProblem(schema)).toBeNull());

  test.each<[JsonObject, RegExp]>([
    [{}, /type/], [{ type: "array" }, /type/], [{ type: "object", properties: [] }, /properties/], [{ type: "object", properties: { a: { pattern: "(a+)+$" } } }, /pattern/],
    [{ type: "object", patternProperties: { "(a+)+$": {} } }, /patternProperties/], [{ type: "object", properties: { a: { $ref: "#" } } }, /\$ref/], [{ type: "object", allOf: [{ $ref: "https://example.com/schema" }] }, /\$ref/],
    [{ type: "object", properties: { a: { properties: { b: { pattern: "x" } } } } }, /pattern/], [{ type: "object", $defs: { a: { uniqueItems: true } } }, /uniqueItems/], [deep(13), /levels/],
    [{ type: "object", description: "x".repeat(40_000) }, /32 KiB/],
  ])("%j is refused", (schema, why) => expect(schemaProblem(schema)).toMatch(why));
});

describe("arguments", () => {
  const schema = { type: "object", properties: { city: { type: "string", minLength: 2 }, days: { type: "integer", minimum: 1, maximum: 7 } }, required: ["city"], additionalProperties: false };
  test.each<JsonObject>([{ city: "Rome" }, { city: "Rome", days: 3 }])("%j fit", (args) => expect(argumentsProblem(schema, args)).toBeNull());
  test.each<[JsonObject, RegExp]>([[{}, /city/], [{ city: 5 }, /city/], [{ city: "x" }, /city/], [{ city: "Rome", days: 8 }, /days/], [{ city: "Rome", days: 1.5 }, /days/], [{ city: "Rome", other: 1 }, /other/], [{ city: "x".repeat(MAX_ARGUMENT_BYTES) }, /64 KiB/]])(
    "%j do not, and the field is named", (args, why) => expect(argumentsProblem(schema, args)).toMatch(why),
  );
  test("nested without end are told, not thrown", () => {
    let args: JsonObject = {};
    for (let level = 0; level < 200_000; level++) args = { a: args };
    expect(argumentsProblem({ type: "object" }, args)).toMatch(/nested/);
  });
  test("that would take for ever to check are not checked", () => {
    const slow = { type: "object", allOf: Array.from({ length: 700 }, () => ({ properties: { a: { items: { not: { const: 1 } } } } })) };
    const args = { a: Array.from({ length: 20_000 }, () => 0) };
    const began = performance.now();
    expect(argumentsProblem(slow, args)).toMatch(/too many values/);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
