import { expect, test } from "vitest";
import { z } from "zod";
import { issueWords } from "@/lib/core/issue-words";

const wordsOf = (schema: z.ZodType, value: unknown): string | undefined => schema.safeParse(value, { error: issueWords }).error?.issues[0]?.message;

test.each<[z.ZodType, unknown, string]>([
  [z.object({ a: z.string() }), {}, "This is required."],
  [z.string(), 5, "This has to be text, not a number."],
  [z.int(), "5", "This has to be a number, not text."],
  [z.int(), 1.5, "This has to be a whole number, not a number with a fraction."],
  [z.boolean(), null, "This has to be true or false, not null."],
  [z.array(z.string()), {}, "This has to be a list, not an object."],
  [z.enum(["a", "b"]), "c", 'This has to be one of "a", "b".'],
  [z.literal(true), false, "This has to be true."],
  [z.string().min(1), "", "This must not be empty."],
  [z.string().min(3), "x", "This has to have at least 3 characters."],
  [z.string().max(1), "xy", "This has to have at most 1 character."],
  [z.array(z.int()).min(1), [], "This needs at least one entry."],
  [z.array(z.int()).max(2), [1, 2, 3], "This has to have at most 2 entries."],
  [z.number().min(1), 0, "This has to be at least 1."],
  [z.number().positive(), 0, "This has to be more than 0."],
  [z.number().max(9), 10, "This has to be at most 9."],
  [z.email(), "x", "This is not an e-mail address."],
  [z.iso.datetime(), "yesterday", "This is not an instant such as 2026-11-24T12:00:00Z."],
  [z.strictObject({}), { b: 1 }, "There is no such field."],
  [z.union([z.string(), z.int()]), true, "This has none of the forms that are allowed here."],
])("%#: says what is wrong in plain words", (schema, value, words) => {
  expect(wordsOf(schema, value)).toBe(words);
});

test("a schema's own words come first", () => {
  expect(wordsOf(z.string("Name it."), 5)).toBe("Name it.");
});
