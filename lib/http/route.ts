import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { edgeEnv, env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { metrics } from "@/lib/platform/metrics";
import { reportError } from "@/lib/platform/report-error";
import { authenticate, type Principal } from "@/lib/http/authenticate";
import { readJson } from "@/lib/http/body";
import { clientIpOf, requestIdOf } from "@/lib/http/context";
import { errorResponse } from "@/lib/http/error-response";
import { withIdempotency, type NoteCreated, type StreamedAnswer } from "@/lib/http/idempotency";
import { parseFields } from "@/lib/http/parse";
import { seatRefusal } from "@/lib/http/refuse-member";
import { describeHandler, type RouteDescription, type RouteHandler } from "@/lib/http/route-description";

/** The version of the API that an answer speaks. */
export const API_VERSION = "2026-11-23";

type Schema = z.ZodType | undefined;
type Out<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;

export type RouteContext<P extends Schema, Q extends Schema, B extends Schema> = {
  request: Request;
  requestId: string;
  ip: string;
  principal: Principal;
  params: Out<P>;
  query: Out<Q>;
  body: Out<B>;
  /** To be called in the transaction that makes what the request is for, so that a repeated request finds it. */
  note: NoteCreated;
};

export type RouteDefinition<P extends Schema, Q extends Schema, B extends Schema, R extends z.ZodType> = RouteDescription & {
  params?: P;
  query?: Q;
  body?: B;
  response: R;
  example?: B extends z.ZodType ? z.input<B> : never;
  /** Removes from a stored answer what must not be kept for a replay (a secret). */
  forReplay?: (answer: z.input<R>) => z.input<R>;
  /** Answers a repeated request that had asked for a stream, from the record that was stored for it. */
  replayStream?: (record: unknown, context: RouteContext<P, Q, B>) => Promise<Response>;
  /** Answers a repeated request from the id that the first one noted; null while that one may still answer by itself. */
  resume?: (resource: string, context: RouteContext<P, Q, B>) => Promise<z.input<R> | StreamedAnswer | null>;
};

/**
 * Makes an API route: authenticate and count → permission → parse → idempotency → handler → answer. Web-standard on
 * both sides, so that any server can mount it. A handler returns the answer's body, or a stream with the record that stands for it.
 */
export function defineRoute<R extends z.ZodType, P extends Schema = undefined, Q extends Schema = undefined, B extends Schema = undefined>(
  definition: RouteDefinition<P, Q, B, R>,
  handler: (context: RouteContext<P, Q, B>) => Promise<z.input<R> | StreamedAnswer>,
): RouteHandler {
  const handle: RouteHandler = async (request, args) => {
    const began = performance.now();
    const requestId = requestIdOf(request.headers);
    let tenantId: string | undefined;
    let response: Response;
    try {
      const principal = await authenticate(request, definition.counted ?? true);
      tenantId = principal.tenant.id;
      response = await answer(definition, handler, { request, requestId, principal, params: await args.params });
    } catch (error) {
      response = mapError(error, requestId, { route: definition.name, tenant_id: tenantId });
    }
    return finish(definition.name, request, response, requestId, tenantId, performance.now() - began);
  };
  return describeHandler(handle, definition);
}

async function answer<R extends z.ZodType, P extends Schema, Q extends Schema, B extends Schema>(
  definition: RouteDefinition<P, Q, B, R>,
  handler: (context: RouteContext<P, Q, B>) => Promise<z.input<R> | StreamedAnswer>,
  given: { request: Request; requestId: string; principal: Principal; params: Record<string, string> },
): Promise<Response> {
  const { request, requestId, principal } = given;
  requireVersion(request.headers.get("stint-version"));
  if (definition.permission && !principal.allows(definition.permission)) {
    throw seatRefusal(principal, definition.permission) ?? new AppError("scope_missing", `This needs the scope \`${definition.permission}\`.`, { param: definition.permission });
  }
  const params = parse(definition.params, given.params);
  const query = parse(definition.query, queryOf(request));
  const { raw, value } = definition.body ? await readJson(request) : { raw: "", value: undefined };
  const body = parse(definition.body, value);
  const ip = clientIpOf(request.headers, env().TRUSTED_PROXY_HOPS);
  const context: Omit<RouteContext<P, Q, B>, "note"> = { request, requestId, ip, principal, params, query, body };
  // Whoever answers again makes nothing.
  const again: RouteContext<P, Q, B> = { ...context, note: async () => undefined };
  const { forReplay, replayStream, resume, status = 200 } = definition;
  return withIdempotency(
    { request, raw, principal, status, forReplay, replayStream: replayStream && ((record) => replayStream(record, again)), resume: resume && ((resource) => resume(resource, again)) },
    (note) => handler({ ...context, note }),
  );
}

function parse<S extends Schema>(schema: S | undefined, value: unknown): Out<S> {
  // The conditional type is resolved by the caller's S; inside, the compiler cannot follow it.
  return (schema ? parseFields(schema, value) : undefined) as Out<S>;
}

function queryOf(request: Request): Record<string, string> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  // A session names its workspace here; no route of its own knows the parameter.
  delete query.tenant;
  return query;
}

function requireVersion(version: string | null): void {
  if (version !== null && version !== API_VERSION) {
    throw new AppError("bad_request", `This version of the API does not exist. Known: ${API_VERSION}.`, { param: "Stint-Version" });
  }
}

/** The one place where whatever was thrown becomes an answer. What is not an AppError is ours, and is reported. */
export function mapError(error: unknown, requestId: string, context: Record<string, string | undefined>): Response {
  if (error instanceof AppError) {
    if (error.status >= 500) log().error({ err: error.cause ?? error, request_id: requestId, ...context }, error.message);
    return errorResponse(error, requestId, edgeEnv().APP_URL);
  }
  reportError(error, { request_id: requestId, ...context });
  return errorResponse(new AppError("internal"), requestId, edgeEnv().APP_URL);
}

function finish(route: string, request: Request, response: Response, requestId: string, tenantId: string | undefined, ms: number): Response {
  response.headers.set("X-Request-Id", requestId);
  response.headers.set("Stint-Version", API_VERSION);
  metrics().requests.inc({ route, method: request.method, status: String(response.status) });
  metrics().requestSeconds.observe({ route, method: request.method }, ms / 1000);
  log().debug({ request_id: requestId, tenant_id: tenantId, route, method: request.method, status: response.status, ms: Math.round(ms) }, "request");
  return response;
}
