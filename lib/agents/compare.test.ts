import { describe, expect, test } from "vitest";
import { compareConfigs, compareLines, foldLines } from "@/lib/agents/compare";
import { changedFields, sameJson } from "@/lib/agents/policy";
import { agentConfigSchema } from "@/lib/agents/schema";

const config = agentConfigSchema.parse({ model: "m", instructions: "One.\nTwo.\nThree.", output_schema: { type: "object", properties: { a: { type: "string" } } } });

describe("two configurations", () => {
  test.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true], [[1, 2], [2, 1], false], [{ a: 1 }, { b: 1 }, false], [{ a: 1 }, { a: 1, b: 2 }, false], [{ a: undefined }, { b: 1 }, false],
    [null, {}, false], [[], {}, false], ["1", 1, false], [0, 0, true],
  ])("%j and %j: the same is %s", (one, other, same) => {
    expect(sameJson(one, other)).toBe(same);
    expect(sameJson(other, one)).toBe(same);
  });

  test("differ in no field when the keys of a schema, or tools, stand in another order", () => {
    const tools = ["tol_00000000000000000000000001", "tol_00000000000000000000000002"];
    const other = { ...config, tools: [...tools].reverse(), output_schema: { properties: { a: { type: "string" } }, type: "object" } };
    expect(changedFields({ ...config, tools }, other)).toEqual([]);
    expect(compareConfigs({ ...config, tools }, other)).toEqual([]);
  });

  test("are compared field by field, texts line by line", () => {
    const changes = compareConfigs(config, { ...config, temperature: 0.5, instructions: "One.\n2.\nThree.", output_schema: null });
    expect(changes.map(({ field }) => field)).toEqual(["instructions", "output_schema", "temperature"]);
    expect(changes[0]?.lines).toEqual([{ kind: "same", text: "One." }, { kind: "removed", text: "Two." }, { kind: "added", text: "2." }, { kind: "same", text: "Three." }]);
    expect(changes[1]?.lines?.every(({ kind }) => kind === "removed")).toBe(true);
    expect(changes[2]).toMatchObject({ before: null, after: 0.5, lines: null });
  });
});

describe("lines", () => {
  test("a line that something follows now is not another line", () => expect(compareLines("One.", "One.\nTwo.")).toEqual([{ kind: "same", text: "One." }, { kind: "added", text: "Two." }]));
  test("an empty line is a line", () => expect(compareLines("One.\n\nTwo.", "One.\nTwo.")).toEqual([{ kind: "same", text: "One." }, { kind: "removed", text: "" }, { kind: "same", text: "Two." }]));
  test("nothing has none", () => expect(compareLines("", "One.")).toEqual([{ kind: "added", text: "One." }]));

  test("what stays the same far from every change is counted", () => {
    const text = Array.from({ length: 20 }, (_, n) => `line ${n}`);
    const shown = foldLines(compareLines(text.join("\n"), text.with(10, "other").join("\n")), 2);
    expect(shown).toEqual([
      { kind: "skipped", count: 8 }, { kind: "same", text: "line 8" }, { kind: "same", text: "line 9" }, { kind: "removed", text: "line 10" }, { kind: "added", text: "other" },
      { kind: "same", text: "line 11" }, { kind: "same", text: "line 12" }, { kind: "skipped", count: 7 },
    ]);
  });

  test("the largest texts without a line in common are one for the other", () => {
    const text = (word: string): string => Array.from({ length: 8_000 }, (_, n) => `${word}${n}`).join("\n");
    const lines = compareLines(text("a"), text("b"));
    expect(lines.filter(({ kind }) => kind === "removed")).toHaveLength(8_000);
    expect(lines.filter(({ kind }) => kind === "added")).toHaveLength(8_000);
  });
});
