import type { IncomingMessage, ServerResponse } from "node:http";
import { isBearer, readBody } from "../../http";
import { newId } from "../world/ids";
import { API_VERSION, type World } from "../world/world";
import type { Call } from "./call";
import { ApiError, invalid, type ErrorDetails } from "./error";
import { expand, type Find, type Includes } from "./expand";
import { parseForm, type Form } from "./form";
import type { Interference } from "./interference";
import type { Replies } from "./replies";

const BODY_LIMIT = 1024 * 1024;

export interface Api {
  world: World;
  secretKey: string;
  replies: Replies;
  calls: Call[];
  find: Find;
  includes: Includes;
  /** Told the causes of answers with status 500. */
  onFailure: (cause: unknown) => void;
  interference: Interference;
}

/** Answers one request under /v1. */
export async function answerCall(api: Api, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = newId("req", 14);
  const key = headerOf(request, "idempotency-key");
  const headers = { "content-type": "application/json", "request-id": requestId, "stripe-version": headerOf(request, "stripe-version") ?? API_VERSION, ...(key ? { "idempotency-key": key } : {}) };
  const send = (status: number, body: string, more: Record<string, string> = {}): void => void response.writeHead(status, { ...headers, ...more }).end(body);
  const bytes = await readBody(request, BODY_LIMIT);
  try {
    if (!isBearer(request, api.secretKey)) throw refuseKey(request.headers.authorization);
    if (bytes === null) throw new ApiError(413, { message: "The request is too large." });
    const body = bytes.toString();
    if (api.interference.fail_calls > 0) {
      api.interference.fail_calls--;
      throw new ApiError(503, { type: "api_error", message: "The sandbox was told to fail this call." });
    }
    const fingerprint = `${request.method} ${url.pathname}\n${body}`;
    const kept = key && request.method === "POST" ? api.replies.find(key, fingerprint, api.world.present()) : null;
    if (kept) return loses(api) ? void request.socket.destroy() : send(kept.status, kept.body, { "idempotent-replayed": "true" });
    const answer = run(api, request.method ?? "GET", url, body, { id: requestId, idempotency_key: key });
    if (key && request.method === "POST" && (answer.status < 400 || answer.status === 402)) api.replies.keep(key, fingerprint, answer, api.world.present());
    return loses(api) ? void request.socket.destroy() : send(answer.status, answer.body);
  } catch (cause) {
    if (!(cause instanceof ApiError)) api.onFailure(cause);
    const { status, details } = cause instanceof ApiError ? cause : { status: 500, details: { type: "api_error", message: "The sandbox failed; its log says how." } as ErrorDetails };
    return send(status, errorBody(details));
  }
}

function loses({ interference }: Api): boolean {
  return interference.lose_answers > 0 && interference.lose_answers-- > 0;
}

function run(api: Api, method: string, url: URL, body: string, request: World["request"]): { status: number; body: string } {
  const form = parseForm(method === "POST" ? body : url.search.slice(1) || body);
  const paths = readPaths(form);
  const path = decodeURIComponent(url.pathname).replace(/\/$/, "");
  const match = api.calls.find((call) => call.method === method && call.path.test(path));
  if (!match) throw new ApiError(404, { message: `Unrecognized request URL (${method}: ${path}). The sandbox may not have it.` });
  const ids = match.path.exec(path)?.slice(1) ?? [];
  api.world.request = request;
  try {
    const answer = api.world.transact(() => {
      // What is answered is a copy, so that what expand puts in stays out of the world.
      const result = structuredClone(match.run(api.world, form, ids)) as Record<string, unknown>;
      return expand(api.world, result, paths, api.find, api.includes);
    }, (cause) => cause instanceof ApiError && cause.keepsChanges);
    return { status: 200, body: JSON.stringify(answer) };
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.status !== 402) throw cause;
    return { status: 402, body: errorBody(cause.details) };
  } finally {
    api.world.request = { id: null, idempotency_key: null };
  }
}

function readPaths(form: Form): string[] {
  const given = form.expand;
  delete form.expand;
  if (given === undefined) return [];
  if (!Array.isArray(given) || !given.every((path) => typeof path === "string")) throw invalid("Invalid array", "expand");
  return given;
}

function errorBody(details: ErrorDetails): string {
  return JSON.stringify({ error: { type: "invalid_request_error", ...details, ...(details.code ? { doc_url: `https://stripe.com/docs/error-codes/${details.code.replaceAll("_", "-")}` } : {}) } });
}

function refuseKey(given: string | undefined): ApiError {
  const key = /^Bearer (.+)$/.exec(given ?? "")?.[1];
  if (!key) return new ApiError(401, { message: "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth." });
  return new ApiError(401, { message: `Invalid API Key provided: ${key.slice(0, 8)}${"*".repeat(8)}${key.slice(-4)}` });
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value : null;
}
