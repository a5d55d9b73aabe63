import { createServer } from "node:net";
import { join } from "node:path";
import { errorCode, Problem } from "../problem";
import { readJsonFile, writeJsonFile } from "./json-file";
import { findListener } from "./port-holder";

/** Where the stand-ins listen: free at the first start, the same ever after unless something else took them. */
export async function choosePorts<Name extends string>(home: string, names: readonly Name[]): Promise<Record<Name, number>> {
  const file = join(home, "ports.json");
  const stored = readJsonFile(file) ?? {};
  const chosen = new Map<string, number>();
  for (const name of names) {
    const before = stored[name];
    const usable = typeof before === "number" && ![...chosen.values()].includes(before) && (await isFree(before, "127.0.0.1"));
    chosen.set(name, usable ? before : await findFreePort([...chosen.values()]));
  }
  const ports = Object.fromEntries(chosen);
  writeJsonFile(file, { ...stored, ...ports });
  // Every name was put in just above.
  return ports as Record<Name, number>;
}

/** The ports that were chosen at an earlier start, by name. */
export function readPorts(home: string): Record<string, number> {
  const stored = readJsonFile(join(home, "ports.json")) ?? {};
  return Object.fromEntries(Object.entries(stored).filter((entry): entry is [string, number] => typeof entry[1] === "number"));
}

/** Throws Problem, naming who holds it, when the address cannot be taken. */
export async function requireFreePort(port: number, host: string): Promise<void> {
  const code = await tryListen(port, host);
  if (code === null) return;
  if (code === "EACCES") throw new Problem(`Port ${port} needs more rights than this user has: start with another one, as PORT=3000 npm start.`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") throw new Problem(`HOST=${host} is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all of them.`);
  if (code !== "EADDRINUSE") throw new Problem(`Port ${port} on ${host} cannot be used (${code}): start with another one, as PORT=${port + 1} npm start.`);
  const holder = findListener(port);
  throw new Problem(`Port ${port} is taken${holder ? ` by ${holder}` : ""}: end that, or start with another one, as PORT=${port + 1} npm start.`);
}

/** The port in a setting. Throws Problem when it is none. */
export function parsePort(setting: string | undefined, fallback: number): number {
  if (!setting) return fallback;
  const port = Number(setting);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Problem(`PORT=${setting} is not a port: use a number from 1 to 65535.`);
  return port;
}

/** A port on loopback that nobody holds at this moment. */
export async function findFreePort(except: readonly number[] = []): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
      });
    });
    if (!except.includes(port)) return port;
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  return (await tryListen(port, host)) === null;
}

/** Error code of an attempt to listen; null when it went well. */
function tryListen(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(errorCode(error) ?? "unknown"));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
