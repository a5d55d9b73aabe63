import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, toErrorBody } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { MAX_BODY_BYTES } from "@/lib/http/body";
import { env } from "@/lib/platform/env";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * What Next would answer late or outside the one shape: a body that is too large by its own account (Next waits for all
 * of it first), an address that cannot be decoded, a method that nothing here has.
 */
export function refusalOf(request: IncomingMessage): AppError | null {
  if (!METHODS.has(request.method ?? "")) return new AppError("method_not_allowed");
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return new AppError("payload_too_large");
  const url = request.url ?? "/";
  if (!url.includes("%")) return null;
  try {
    decodeURIComponent(url.split("?")[0] ?? "/");
    return null;
  } catch {
    return new AppError("bad_request", "The address is not valid: a percent sign begins something that is no character.");
  }
}

/** Answers with an error in the one shape, before anybody has looked at the request. */
export function refuse(error: AppError, request: IncomingMessage, response: ServerResponse): void {
  const requestId = newId("req");
  response.writeHead(error.status, { "Content-Type": "application/json; charset=utf-8", "X-Request-Id": requestId });
  response.end(request.method === "HEAD" ? undefined : JSON.stringify(toErrorBody(error, requestId, env().APP_URL)));
  // Closing in the middle of what a client sends would lose it the answer.
  request.resume();
}
