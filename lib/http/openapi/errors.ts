/** The errors of the API, as its document has them: generated from the codes. */
import { z } from "zod";
import { ERROR_CODES, toErrorBody, AppError, type ErrorBody, type ErrorCode } from "@/lib/core/errors";
import type { RouteDescription } from "@/lib/http/route-description";

// The table's own keys.
const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

export const errorBodySchema: z.ZodType<ErrorBody> = z.object({
  error: z.object({
    type: z.enum([...new Set(CODES.map((code) => ERROR_CODES[code].type))]).describe("A coarse kind, for OpenAI's and Stripe's clients."),
    code: z.enum(CODES).describe("What went wrong. A code does not change its meaning."),
    message: z.string().describe("For a person; its words may change."),
    param: z.string().nullable().describe("The field at fault; null: none is."),
    doc_url: z.string(),
    request_id: z.string().describe("Finds the request in the logs."),
  }),
});

/** Every answer that is an error, by status, with its codes and an example. */
export function errorResponses(origin: string): Record<string, { description: string; example: ErrorBody; hasRetryAfter: boolean }> {
  const byStatus = Map.groupBy(CODES, (code) => ERROR_CODES[code].status);
  return Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([status, codes]) => [String(status), {
    description: codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].help}`).join("\n\n"),
    example: toErrorBody(new AppError(codes[0] ?? "internal"), "req_01kaq3x8m2fz4v9tq0hw6n7c5d", origin),
    hasRetryAfter: status === 409 || status === 429 || status === 503,
  }]));
}

/** Statuses of the errors that a route may answer. */
export function errorStatuses(method: string, route: RouteDescription): number[] {
  // A header that holds no key of ours is refused before any route is asked.
  if (route.isPublic) return [401, 429, 500];
  const { params, query, body } = route;
  return [
    400, 401, 402, 403, ...(params || body ? [404] : []), ...(method === "GET" ? [] : [409]), ...(body ? [413, 415] : []),
    ...(params || query || body || method === "POST" ? [422] : []), 429, 500, 503,
  ];
}
