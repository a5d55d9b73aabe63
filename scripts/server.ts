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
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) {
    refuseBody(request, response);
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

/** Answers a body that is too large by its own account before it is sent: Next would wait for all of it first. */
function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  const requestId = newId("req");
  const body = toErrorBody(new AppError("payload_too_large"), requestId, env().APP_URL);
  response.writeHead(413, { "Content-Type": "application/json; charset=utf-8", "X-Request-Id": requestId });
  response.end(JSON.stringify(body));
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
