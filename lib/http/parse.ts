import type { z } from "zod";
import { AppError } from "@/lib/core/errors";

/**
 * Parses a value with a schema. @throws AppError `invalid_field` with the first field at fault in `param`
 */
export function parseFields<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknownKey = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const param = [...(issue?.path ?? []).map(String), ...(unknownKey ? [unknownKey] : [])].join(".");
  const reason = unknownKey ? "There is no such field." : (issue?.message ?? "The value is not allowed.");
  throw new AppError("invalid_field", param ? `\`${param}\`: ${reason}` : reason, { param: param || undefined });
}
