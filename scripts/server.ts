/** Entry point of a web process: Next behind a small Node server that knows the client's real address and how to stop. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import next from "next";
import { AppError, toErrorBody } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "@/lib/core/time";
import { MAX_BODY_BYTES } from "@/lib/http/body";
import { env } from "@/lib/platform/env";
import { startHeartbeat } from "@/lib/platform/heartbeat";
import { log } from "@/lib/platform/log";
import { reportError } from "@/lib/platform/report-error";
import { endFollowing } from "@/lib/runs/feed";
import { onShutdown } from "@/scripts/shutdown";

/** Requests under way get this long to end before their connections are cut. */
const GRACE_MS = 5 * SECOND_MS;

const port = Number(process.env.PORT ?? 3000);
const hostname = process.env.HOST ?? "127.0.0.1";
const hops = env().TRUSTED_PROXY_HOPS;

const app = next({ dev: false, dir: join(import.meta.dirname, ".."), hostname, port });
const handle = app.getRequestHandler();
await app.prepare();

const server = createServer((request, response) => {
  const refusal = refusalOf(request);
  if (refusal) {
    refuse(refusal, request, response);
    return;
  }
  setClientAddress(request);
  handle(request, response).catch((error: unknown) => {
    reportError(error, { route: "next" });
    response.destroy();
  });
});
// For receiving a request whole; a client that announces a body and never sends it holds nothing for ever. An answer may take longer.
server.requestTimeout = 5 * MINUTE_MS;
server.headersTimeout = 30 * SECOND_MS;
server.keepAliveTimeout = 65 * SECOND_MS;
server.setTimeout(DAY_MS);

server.on("error", (error: NodeJS.ErrnoException) => {
  log().fatal({ err: error }, error.code === "EADDRINUSE" ? `port ${port} is taken` : "server failed");
  process.exit(1);
});
server.listen(port, hostname, () => log().info({ port, hostname }, "web ready"));
const stopHeartbeat = startHeartbeat(env().HEARTBEAT_URL_WEB);

/**
 * Writes the address that the outermost trusted proxy saw into `X-Forwarded-For`, alone: whatever else a client put
 * there is gone before anybody could believe it.
 */
function setClientAddress(request: IncomingMessage): void {
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",").map((part) => part.trim()).filter(Boolean);
  const chain = [...forwarded, request.socket.remoteAddress ?? "unknown"];
  request.headers["x-forwarded-for"] = chain.at(-(hops + 1)) ?? chain[0];
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * What Next would answer late or outside the one shape: a body that is too large by its own account (Next waits for all
 * of it first), an address that cannot be decoded, a method that nothing here has.
 */
function refusalOf(request: IncomingMessage): AppError | null {
  if (!METHODS.has(request.method ?? "")) return new AppError("method_not_allowed");
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return new AppError("payload_too_large");
  try {
    decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/");
    return null;
  } catch {
    return new AppError("bad_request", "The address is not valid: a percent sign begins something that is no character.");
  }
}

function refuse(error: AppError, request: IncomingMessage, response: ServerResponse): void {
  const requestId = newId("req");
  response.writeHead(error.status, { "Content-Type": "application/json; charset=utf-8", "X-Request-Id": requestId });
  response.end(JSON.stringify(toErrorBody(error, requestId, env().APP_URL)));
  // Closing in the middle of what a client sends would lose it the answer.
  request.resume();
}

onShutdown(async () => {
  stopHeartbeat();
  const closed = new Promise((resolve) => server.close(resolve));
  endFollowing();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(cut);
});
