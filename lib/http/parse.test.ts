import { describe, expect, test } from "vitest";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { parseFields } from "@/lib/http/parse";

const schema = z.strictObject({ name: z.string().min(1, "Give it a name."), tags: z.array(z.object({ id: z.string() })).optional() })
  .refine((value) => value.name !== "none", "It needs a real name.");

function refusal(value: unknown): AppError {
  try {
    parseFields(schema, value);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("parseFields", () => {
  test("returns what the schema makes of it", () => expect(parseFields(z.object({ n: z.coerce.number() }), { n: "3" })).toEqual({ n: 3 }));

  test.each([
    ["a missing field", {}, "name"],
    ["a wrong one", { name: "" }, "name"],
    ["one deep inside", { name: "a", tags: [{ id: "1" }, { id: 2 }] }, "tags.1.id"],
    ["an unknown one", { name: "a", nmae: "b" }, "nmae"],
  ])("names %s", (_what, value, param) => {
    const error = refusal(value);
    expect([error.code, error.status, error.param]).toEqual(["invalid_field", 422, param]);
    expect(error.message).toContain(`\`${param}\``);
  });

  test.each([null, [], "text", 3])("%j is no object, and no field is to blame", (value) => {
    const error = refusal(value);
    expect([error.status, error.param]).toEqual([422, undefined]);
  });

  test.each([["NUL", "a\u0000b"], ["half a surrogate pair", "a\ud800"]])("text with %s is refused, wherever it is, since nothing could store it", (_what, text) => {
    expect(refusal({ name: text }).param).toBe("name");
    expect(refusal({ name: "a", tags: [{ id: text }] }).param).toBe("tags");
    expect(refusal({ name: "a", [text]: "b" }).param).not.toContain("\u0000");
    expect(parseFields(schema, { name: "a👋b" })).toEqual({ name: "a👋b" });
  });

  test("the words are the schema's, and what was sent is not repeated", () => {
    expect(refusal({ name: "" }).message).toBe("`name`: Give it a name.");
    expect(refusal({ name: "none" }).message).toBe("It needs a real name.");
    expect(refusal({ name: 12345678901 }).message).not.toContain("12345678901");
  });
});
