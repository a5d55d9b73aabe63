import { AppError } from "@/lib/core/errors";
import { edgeEnv } from "@/lib/platform/env";
import { requestIdOf } from "@/lib/http/context";
import { errorResponse } from "@/lib/http/error-response";
import type { RouteHandler } from "@/lib/http/route-description";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

/** The exports of a route file: the given handlers, and for every other method a 405 in the pinned shape. */
export function methods(handlers: Partial<Record<Method, RouteHandler>>): Record<Method, RouteHandler> {
  const allowed = METHODS.filter((method) => handlers[method]).join(", ");
  const refuse: RouteHandler = async (request) =>
    errorResponse(new AppError("method_not_allowed", `This route answers ${allowed || "no method"}.`), requestIdOf(request.headers), edgeEnv().APP_URL, { Allow: allowed });
  return { GET: handlers.GET ?? refuse, POST: handlers.POST ?? refuse, PUT: handlers.PUT ?? refuse, PATCH: handlers.PATCH ?? refuse, DELETE: handlers.DELETE ?? refuse };
}
