/** The API without Next: the gate, then the handler of the route's file. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { newId } from "@/lib/core/ids";
import { gate } from "@/lib/http/gate";
import { mapError } from "@/lib/http/route";
import { reportError } from "@/lib/platform/report-error";
import { toWebRequest } from "./api-request";
import { sendResponse } from "./api-response";
import type { RouteMatch, RouteTable } from "./api-routes";

/** Gives a request to its handler; false when it is not plainly one of the API's, and somebody else has to answer. */
export type ApiDoor = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * An address of which nothing has to be decoded, resolved or corrected. Every other one (an encoding, a doubled or a
 * trailing slash, a dot segment, a whole URL) is Next's to make sense of, so that it means the same on both mounts.
 */
const PLAIN = /^\/api\/v1(?:\/(?!\.{1,2}(?:[/?]|$))[\w.~-]+)+(?:\?[^#]*)?$/;

/** Handlers read path and query of it; who was addressed they know from their settings. */
const ORIGIN = "http://localhost";

/** The door to the routes of a table. `guard` decides before it, and is the gate but in tests. */
export function makeApiDoor(routes: RouteTable, guard: typeof gate = gate): ApiDoor {
  return (request, response) => {
    const url = request.url ?? "";
    if (!url.startsWith("/api/v1/") || !PLAIN.test(url)) return false;
    const query = url.indexOf("?");
    const match = routes.find(query === -1 ? url : url.slice(0, query));
    // What Next answers by itself for a route, like OPTIONS, it answers here too.
    if (!match || !handlerOf(match, request.method)) return false;
    answer(match, guard, request, response).catch((error: unknown) => {
      reportError(error, { route: "direct" });
      // The answer has begun: cutting it off is the only way left to say that it is not whole.
      response.destroy();
    });
    return true;
  };
}

function handlerOf({ route }: RouteMatch, method = "GET"): RouteMatch["route"][string] {
  return method === "HEAD" ? (route.HEAD ?? route.GET) : route[method];
}

async function answer(match: RouteMatch, guard: typeof gate, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = ORIGIN + (request.url ?? "");
  const verdict = await guard({ url, headers: toHeaders(request) });
  if (verdict.kind === "refuse") return sendResponse(verdict.response, {}, request, response);
  const handler = handlerOf(match, request.method);
  const incoming = toWebRequest(url, verdict.requestHeaders, request, response);
  let answered: Response;
  try {
    if (!handler) throw new Error("the route has no such handler");
    answered = await handler(incoming, { params: Promise.resolve(match.params) });
  } catch (error) {
    answered = mapError(error, verdict.responseHeaders["X-Request-Id"] ?? newId("req"), { route: "direct" });
  }
  await sendResponse(answered, verdict.responseHeaders, request, response);
}

function toHeaders({ headers }: IncomingMessage): Headers {
  const made = new Headers();
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") made.append(name, value);
    else for (const one of value ?? []) made.append(name, one);
  }
  return made;
}
