/** One web process: a small Node server that knows the client's real address and how to stop, the API's door, and Next for everything else. */
import cluster from "node:cluster";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import next from "next";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "@/lib/core/time";
import { env } from "@/lib/platform/env";
import { endFeeds } from "@/lib/platform/feed";
import { startHeartbeat } from "@/lib/platform/heartbeat";
import { log } from "@/lib/platform/log";
import { reportError } from "@/lib/platform/report-error";
import { onShutdown } from "@/scripts/shutdown";
import { makeApiDoor, type ApiDoor } from "./api-door";
import { askToContinue, noteExpectation } from "./api-request";
import { loadApiRoutes } from "./api-routes";
import { setClientAddress } from "./client-address";
import { answerForCluster } from "./cluster-metrics";
import { refusalOf, refuse } from "./refusals";

/** Requests under way get this long to end before their connections are cut. */
const GRACE_MS = 5 * SECOND_MS;
const PROJECT_FOLDER = join(import.meta.dirname, "../..");

/** Serves until the process is told to stop. */
export async function serveWeb(): Promise<void> {
  const port = Number(process.env.PORT ?? 3000);
  const hostname = process.env.HOST ?? "127.0.0.1";
  const app = next({ dev: false, dir: PROJECT_FOLDER, hostname, port });
  const handle = app.getRequestHandler();
  await app.prepare();
  const door = env().API_MOUNT === "direct" ? makeApiDoor(await loadApiRoutes(join(PROJECT_FOLDER, "app"))) : () => false;
  if (cluster.isWorker) answerForCluster();

  const server = createServer(listenerFor(door, handle));
  limitTimes(server);
  server.on("error", (error: NodeJS.ErrnoException) => {
    log().fatal({ err: error }, error.code === "EADDRINUSE" ? `port ${port} is taken` : "server failed");
    process.exit(1);
  });
  server.listen(port, hostname, () => log().info({ port, hostname }, "web ready"));
  const stopHeartbeat = startHeartbeat(env().HEARTBEAT_URL_WEB);
  onShutdown(async () => {
    stopHeartbeat();
    await stopServing(server);
  });
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

function listenerFor(door: ApiDoor, handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Listener {
  const hops = env().TRUSTED_PROXY_HOPS;
  return (request, response) => {
    const refusal = refusalOf(request);
    if (refusal) {
      refuse(refusal, request, response);
      return;
    }
    setClientAddress(request, hops);
    if (door(request, response)) return;
    askToContinue(request, response);
    handle(request, response).catch((error: unknown) => {
      reportError(error, { route: "next" });
      response.destroy();
    });
  };
}

function limitTimes(server: Server): void {
  // For receiving a request whole; a client that announces a body and never sends it holds nothing for ever. An answer may take longer.
  server.requestTimeout = 5 * MINUTE_MS;
  server.headersTimeout = 30 * SECOND_MS;
  server.keepAliveTimeout = 65 * SECOND_MS;
  server.setTimeout(DAY_MS);
  // A client that asks before it sends its body is told to go on when somebody wants to read it.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    noteExpectation(request);
    server.emit("request", request, response);
  });
}

/** Takes nothing new, ends every stream and whatever is held, and gives what is under way its grace. */
async function stopServing(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  endFeeds();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(cut);
}
