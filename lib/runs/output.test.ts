import { describe, expect, test } from "vitest";
import { findOutputFault, inWords, repairMessage } from "@/lib/runs/output";

const SCHEMA = { type: "object", properties: { city: { type: "string" }, days: { type: "array", items: { type: "number" } } }, required: ["city"] };

describe("an answer that is held to a schema", () => {
  test("fits, or nothing was asked of it", () => {
    expect(findOutputFault(SCHEMA, '{"city":"Oslo","days":[1,2]}')).toBeNull();
    expect(findOutputFault(undefined, "anything")).toBeNull();
  });

  test.each([
    ["is no JSON", "Oslo, I think.", /not JSON/],
    ["lacks a field", '{"days":[]}', /city/],
    ["has one of another kind", '{"city":7}', /city/],
    ["is another kind of JSON", '"Oslo"', /the whole/],
    ["holds more than can be looked at", JSON.stringify({ city: "Oslo", days: Array.from({ length: 1_000_000 }, () => 1) }), /too many values/],
  ])("%s", (_what, answer, fault) => expect(findOutputFault(SCHEMA, answer)).toMatch(fault));

  test("is not matched with what could keep a worker busy for ever", () => {
    const bomb = { type: "object", properties: { b: { type: "string", pattern: "^(a+)+$" } } };
    expect(findOutputFault(bomb, `{"b":"${"a".repeat(60)}!"}`)).toMatch(/cannot be looked at/);
  });

  test("is asked for in words, and to be mended with what was wrong", () => {
    expect(inWords(SCHEMA)).toContain(JSON.stringify(SCHEMA));
    expect(repairMessage("city: it is missing.")).toContain("city: it is missing.");
  });
});
