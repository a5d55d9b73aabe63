import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** How long a stand-in may take to put its affairs in order before it is ended regardless. */
const CLOSE_LIMIT_MS = 1_500;

export interface StandIn {
  /** The HTTP server, not yet listening. */
  server: Server;
  /** Port when the environment's PORT is empty; 0 picks a free one. */
  defaultPort: number;
  /** Starts whatever else the stand-in needs; what it returns is added to the ready line. Runs before the port opens. */
  open?: () => Promise<Record<string, string>>;
  /** Lets go of files, sockets and children. Called once. */
  close?: () => Promise<void>;
}

/**
 * Runs a stand-in as a process: makes it, listens on HOST:PORT, prints one JSON line when it does, and leaves with code 0 on
 * SIGTERM, SIGINT or, with STINT_PARENT_PIPE=1, when its standard input closes. The pipe is what reaches a child whose
 * parent was killed outright: the kernel closes the other end, no matter how the parent went. What keeps it from starting is told in one line on standard error, with code 1.
 */
export async function serve(make: () => StandIn | Promise<StandIn>): Promise<void> {
  try {
    await run(await make());
  } catch (cause) {
    process.stderr.write(`cannot start: ${messageOf(cause)}\n`);
    process.exit(1);
  }
}

async function run({ server, defaultPort, open, close }: StandIn): Promise<void> {
  const host = process.env.HOST || "127.0.0.1";
  const port = readPort("PORT", defaultPort);
  let closed: Promise<void> | null = null;
  const shut = (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    closed ??= Promise.race([close ? close() : Promise.resolve(), delay(CLOSE_LIMIT_MS)]);
    return closed;
  };
  const leave = (): void => {
    shut().then(
      () => process.exit(0),
      (cause: unknown) => {
        process.stderr.write(`could not close cleanly: ${messageOf(cause)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", leave);
  process.on("SIGINT", leave);
  if (process.env.STINT_PARENT_PIPE === "1") {
    process.stdin.on("end", leave);
    process.stdin.on("error", leave);
    process.stdin.resume();
  }

  try {
    const extra = open ? await open() : {};
    const { port: actual } = await listen(server, port, host);
    const ready = { ready: true, url: `http://${formatHost(host)}:${actual}`, ...extra };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  } catch (cause) {
    await shut();
    throw cause;
  }
}

/** Opens `server` on a TCP port and resolves with the address it got. Rejects when the port cannot be had. */
export function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the server has no TCP address"));
      else resolve(address);
    });
  });
}

/** A variable that must be there; throws with its name when it is missing. */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** A port number from the environment; throws with the variable's name when it is not one. */
export function readPort(name: string, fallback: number): number {
  const raw = process.env[name];
  if (raw === undefined || raw === "") return fallback;
  const port = Number(raw);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${name} must be a port number, not "${raw}"`);
  return port;
}

/** A host as it stands in a URL; where a server listens on every address, loopback reaches it. */
export function formatHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
