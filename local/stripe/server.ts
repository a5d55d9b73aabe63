import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { runDue } from "./billing/due";
import { answerControl } from "./control/control";
import { Deliverer, type Endpoint } from "./delivery/deliverer";
import { answerCall } from "./http/answer-call";
import { Replies } from "./http/replies";
import { answerPage } from "./pages/pages";
import { CALLS } from "./resources/calls";
import { findObject, INCLUDES } from "./resources/lookup";
import { Snapshot } from "./world/snapshot";
import { loadState, readState, resetState } from "./world/state";
import { World } from "./world/world";

const TICK_MS = 1_000;

export interface StripeSandbox {
  /** Not yet listening. */
  server: Server;
  world: World;
  /** Begins to do by itself what becomes due. */
  start: () => void;
  /** Stops that, and keeps the state. */
  close: () => void;
}

export interface SandboxOptions {
  /** The address that it is reached at. Known once it listens. */
  url: () => string;
  secretKey: string;
  /** Where events go; more may be added through the API. */
  webhook?: Endpoint | null;
  /** Where the state is kept; null keeps it in memory only. */
  file?: string | null;
  /** Default: the clock. */
  now?: () => number;
}

/**
 * A server that speaks Stripe's API, with the pages that people see, its events, and a control of its own under /sandbox.
 * It refuses what Stripe refuses, and also what Stripe has and it has not.
 */
export function createStripeSandbox({ url, secretKey, webhook = null, file = null, now }: SandboxOptions): StripeSandbox {
  const world = new World({ baseUrl: url, now });
  const replies = new Replies();
  const deliverer = new Deliverer(world, webhook);
  const snapshot = new Snapshot(file, () => readState(world, replies, deliverer));
  const interference = { fail_calls: 0, lose_answers: 0 };
  loadState(snapshot.load(), world, replies, deliverer);
  world.onCommit = (events) => {
    deliverer.accept(events);
    snapshot.changed();
  };
  const onFailure = (cause: unknown): void => void process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
  const api = { world, secretKey, replies, calls: CALLS, find: findObject, includes: INCLUDES, onFailure, interference };
  const control = { world, secretKey, deliverer, interference, reset: () => resetState(world, replies, deliverer) };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? "/", url());
    runDue(world);
    if (asked.pathname.startsWith("/v1/")) return answerCall(api, asked, request, response);
    if (asked.pathname.startsWith("/sandbox/")) {
      await answerControl(control, asked, request, response);
      return snapshot.changed();
    }
    return answerPage(world, asked, request, response);
  }

  let timer: NodeJS.Timeout | null = null;
  const tick = (): void => {
    try {
      runDue(world);
    } catch (cause) {
      onFailure(cause);
    }
  };
  return {
    server: createServer((request, response) => {
      route(request, response).catch((cause: unknown) => {
        onFailure(cause);
        if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" }).end('{"error":{"type":"api_error","message":"The sandbox failed; its log says how."}}');
      });
    }),
    world,
    start: () => void (timer ??= setInterval(tick, TICK_MS).unref()),
    close: () => {
      if (timer) clearInterval(timer);
      deliverer.close();
      snapshot.save();
    },
  };
}
