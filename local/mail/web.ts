import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { StoredMessage } from "./message";
import { renderList, renderMessage, renderNotice } from "./page";
import type { MessageStore } from "./store";

const DEFAULT_LIMIT = 100;
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** The web side of the mail sink: pages for people, JSON for tests. `hosts` are names besides loopback it may be called by. */
export function createMailWeb(store: MessageStore, hosts: readonly string[]): Server {
  return createServer((request, response) => {
    route(request, response, store, hosts).catch((cause: unknown) => {
      process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
      if (response.headersSent) response.destroy();
      else answerJson(response, 500, { error: "the mail sink failed" });
    });
  });
}

async function route(request: IncomingMessage, response: ServerResponse, store: MessageStore, hosts: readonly string[]): Promise<void> {
  if (!isFriendly(request, hosts)) return answerJson(response, 403, { error: "this host or origin may not read the mail" });
  const url = new URL(request.url ?? "/", "http://localhost");
  const what = `${request.method} ${url.pathname}`;
  if (what === "GET /") return answerHtml(response, 200, renderList(store.list(url.searchParams.get("to"))));
  if (what === "GET /health") return answerJson(response, 200, { status: "ok" });
  if (what === "GET /api/messages") return answerJson(response, 200, await readMessages(store, url.searchParams));
  if (what === "DELETE /api/messages") {
    await store.clear();
    response.writeHead(204, HEADERS).end();
    return;
  }
  const id = /^GET \/messages\/([\w-]+)$/.exec(what)?.[1];
  const message = id === undefined ? null : await store.get(id);
  if (message) return answerHtml(response, 200, renderMessage(message));
  if (url.pathname.startsWith("/api/")) return answerJson(response, 404, { error: "not found" });
  answerHtml(response, 404, renderNotice("Not found", "There is no such message; the oldest are deleted first."));
}

async function readMessages(store: MessageStore, query: URLSearchParams): Promise<StoredMessage[]> {
  const asked = Number(query.get("limit") ?? DEFAULT_LIMIT);
  const limit = Number.isInteger(asked) && asked > 0 ? asked : DEFAULT_LIMIT;
  const found = await Promise.all(store.list(query.get("to")).slice(0, limit).map(({ id }) => store.get(id)));
  return found.filter((message) => message !== null);
}

/**
 * Mails hold sign-in links, so only pages that the reader opened here may see them: a name that merely resolves to
 * this machine (DNS rebinding) is refused by its Host header, another site's script by its Origin.
 */
function isFriendly(request: IncomingMessage, hosts: readonly string[]): boolean {
  const host = request.headers.host;
  if (host === undefined || !isAllowed(host, hosts)) return false;
  const { origin } = request.headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host.toLowerCase());
}

function isAllowed(host: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  const loopback = hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
  return loopback || hosts.includes(hostname) || hosts.includes(host.toLowerCase());
}

function answerHtml(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { ...HEADERS, "content-type": "text/html; charset=utf-8" }).end(html);
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...HEADERS, "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
