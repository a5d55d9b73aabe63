import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { PROJECT_FOLDER } from "@/scripts/start/home";

/** Linux counts a process's time in hundredths of a second, whatever the machine. */
const MS_PER_TICK = 10;

/** CPU milliseconds that a process has used since it began, in user and in system mode. Linux only. */
export function cpuMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in brackets may hold spaces; the numbers begin behind it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs a program of Node's to its end and returns what it printed. Throws Error with its output when it fails. */
export async function runNode(args: string[], options: { env: NodeJS.ProcessEnv; cwd: string }): Promise<string> {
  const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const text = Buffer.concat(out).toString("utf8");
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}:\n${text}${Buffer.concat(errors).toString("utf8")}`);
  return text;
}

/** Starts a program of this project that runs until it is stopped. What it logs as an error is shown. */
export function startProgram(args: string[], env: NodeJS.ProcessEnv): { child: ChildProcess; stop: () => Promise<void> } {
  const child = spawn(process.execPath, args, { env, cwd: PROJECT_FOLDER, stdio: ["ignore", "ignore", "inherit"] });
  return { child, stop: () => stop(child) };
}

export type Server = { pid: number; url: string; stop: () => Promise<void> };

/** Starts a web server and waits until `path` answers 200. Throws Error when it ends before, or has not within a minute. */
export async function startServer(args: string[], options: { env: NodeJS.ProcessEnv; cwd: string; port: number; path: string }): Promise<Server> {
  const { env, cwd, port, path } = options;
  const child = spawn(process.execPath, args, { env: { ...env, PORT: String(port) }, cwd, stdio: ["ignore", "ignore", "inherit"] });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, url + path);
  if (child.pid === undefined) throw new Error("the server has no process");
  return { pid: child.pid, url, stop: () => stop(child) };
}

async function waitUntilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    // Not listening yet is what it is asked again for.
    const status = await fetch(url).then((response) => response.status, () => 0);
    if (status === 200) return;
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (performance.now() > deadline) {
      await stop(child);
      throw new Error(`${url} did not answer 200 within a minute (last status ${status})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(late);
}
