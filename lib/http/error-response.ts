import { type AppError, toErrorBody } from "@/lib/core/errors";
import { TextResponse } from "@/lib/http/text-response";

/** Turns an AppError into its answer, in the one shape. Runs on the edge. */
export function errorResponse(error: AppError, requestId: string, origin: string, extra: Record<string, string> = {}): Response {
  const headers = new Headers({ "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", "X-Request-Id": requestId, ...extra });
  if (error.retryAfterS !== undefined) headers.set("Retry-After", String(error.retryAfterS));
  if (error.code === "unauthorized") headers.set("WWW-Authenticate", 'Bearer realm="stint"');
  return new TextResponse(JSON.stringify(toErrorBody(error, requestId, origin)), { status: error.status, headers });
}
