import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { issueWords } from "@/lib/core/issue-words";

/** Text that PostgreSQL cannot store: the character NUL, or half of a surrogate pair. */
function isUnstorable(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\u0000") || !value.isWellFormed();
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => isUnstorable(key) || isUnstorable(inner));
}

/**
 * Parses a value with a schema. @throws AppError `invalid_field` with the first field at fault in `param`
 */
export function parseFields<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  requireStorable(value);
  const result = schema.safeParse(value, { error: issueWords });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknownKey = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const param = [...(issue?.path ?? []).map(String), ...(unknownKey ? [unknownKey] : [])].join(".");
  const reason = unknownKey ? "There is no such field." : (issue?.message ?? "The value is not allowed.");
  throw new AppError("invalid_field", param ? `\`${param}\`: ${reason}` : reason, { param: param || undefined });
}

/** @throws AppError `invalid_field` for text that no database could keep */
export function requireStorable(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const found = Object.entries(value).find(([key, inner]) => isUnstorable(key) || isUnstorable(inner));
  if (!found) return;
  throw new AppError("invalid_field", "Text with the character NUL or with half a surrogate pair cannot be stored.", { param: found[0].toWellFormed().replaceAll("\u0000", "") });
}
