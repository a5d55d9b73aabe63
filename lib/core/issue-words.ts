import type { z } from "zod";

type RawIssue = z.core.$ZodRawIssue;

/** What is wrong with a value, for whoever sent it, where its schema has no words of its own. For `safeParse(value, { error: issueWords })`. */
export function issueWords(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "This is required." : `This has to be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}.`;
    case "invalid_value":
      return issue.values.length === 1 ? `This has to be ${shown(issue.values[0])}.` : `This has to be one of ${issue.values.map(shown).join(", ")}.`;
    case "too_small":
      return boundWords(issue, issue.minimum, "at least", issue.inclusive);
    case "too_big":
      return boundWords(issue, issue.maximum, "at most", issue.inclusive);
    case "not_multiple_of":
      return `This has to be a multiple of ${issue.divisor}.`;
    case "invalid_format":
      return FORMATS[issue.format] ?? "This is not in the form that is wanted here.";
    case "unrecognized_keys":
      return "There is no such field.";
    case "invalid_union":
      return issue.input === undefined ? "This is required." : "This has none of the forms that are allowed here.";
    default:
      return undefined;
  }
}

const KINDS: Partial<Record<string, string>> = {
  string: "text", number: "a number", int: "a whole number", bigint: "a whole number", boolean: "true or false", array: "a list", object: "an object", record: "an object", date: "a date", null: "null",
};
const FORMATS: Partial<Record<string, string>> = {
  email: "This is not an e-mail address.", url: "This is not a URL.", datetime: "This is not an instant such as 2026-11-24T12:00:00Z.", date: "This is not a date such as 2026-11-24.",
  json_string: "This is not JSON.", uuid: "This is not a UUID.",
};

function boundWords({ origin, code }: RawIssue & { origin: string }, bound: number | bigint, word: string, inclusive = true): string {
  if (origin === "string") return code === "too_small" && bound === 1 ? "This must not be empty." : `This has to have ${word} ${counted(bound, "character")}.`;
  if (origin === "array" || origin === "set") return code === "too_small" && bound === 1 ? "This needs at least one entry." : `This has to have ${word} ${counted(bound, "entry", "entries")}.`;
  if (origin === "object" || origin === "record") return `This has to have ${word} ${counted(bound, "field")}.`;
  if (!inclusive) return `This has to be ${code === "too_small" ? "more" : "less"} than ${bound}.`;
  return `This has to be ${word} ${bound}.`;
}

function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${count} ${Number(count) === 1 ? one : many}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" && !Number.isInteger(value)) return "a number with a fraction";
  return KINDS[typeof value] ?? typeof value;
}

function shown(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
