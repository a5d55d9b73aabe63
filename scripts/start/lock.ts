/**
 * One start per state folder. The lock is a listening local socket: the system takes it back with the process, however
 * that ended, and whoever comes second can ask through it who is there.
 */
import { createHash } from "node:crypto";
import { realpathSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode, Problem } from "../problem";

export type Holder = { pid: number; url: string; state: "starting" | "running" | "stopping" };

/**
 * Takes the lock of `home`. `describe` answers those who come second. Waits for a holder that is already stopping.
 * Throws Problem that names the running one.
 */
export async function lockHome(home: string, describe: () => Holder): Promise<{ release(): void }> {
  const address = lockAddress(home);
  const deadline = performance.now() + 40_000;
  for (;;) {
    const server = await listen(address, describe);
    if (server) return { release: () => void server.close() };
    const holder = await ask(address);
    if (holder === "gone") {
      if (!address.startsWith("\0")) rmSync(address, { force: true });
    } else if (holder?.state !== "stopping" || performance.now() > deadline) {
      throw new Problem(
        holder
          ? `Stint is already ${holder.state} at ${holder.url} (process ${holder.pid}): use that one, end it with "kill ${holder.pid}", or set STINT_HOME and PORT to start another beside it.`
          : `Another process holds the state folder ${home} and does not answer: end it, or set STINT_HOME to another folder.`,
      );
    }
    await delay(150);
  }
}

/** The running start of this state folder, or null. */
export async function findHolder(home: string): Promise<Holder | null> {
  const holder = await ask(lockAddress(home));
  return holder === "gone" ? null : holder;
}

function lockAddress(home: string): string {
  const name = `stint-${createHash("sha256").update(realpathSync(home)).digest("hex").slice(0, 32)}`;
  // Linux has names for sockets that are no files, so nothing is left to clean up.
  if (process.platform === "linux") return `\0${name}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(address: string, describe: () => Holder): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.end(JSON.stringify(describe()));
    });
    server.once("error", (error) => (errorCode(error) === "EADDRINUSE" ? resolve(null) : reject(error)));
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** What the holder says; "gone" when nobody listens, null when somebody listens and says nothing sensible. */
function ask(address: string): Promise<Holder | "gone" | null> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = createConnection(address);
    socket.setTimeout(5_000, () => socket.destroy());
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    socket.once("error", (error) => {
      const code = errorCode(error);
      resolve(code === "ECONNREFUSED" || code === "ENOENT" ? "gone" : null);
    });
    socket.once("close", () => resolve(parseHolder(answer)));
  });
}

function parseHolder(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("pid" in value) || !("url" in value) || !("state" in value)) return null;
    const { pid, url, state } = value;
    if (typeof pid !== "number" || typeof url !== "string") return null;
    return { pid, url, state: state === "running" || state === "stopping" ? state : "starting" };
  } catch {
    // Cut short: the holder went away while it answered.
    return null;
  }
}
