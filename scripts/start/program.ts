/** Starts the programs of this project as children: node scripts, with their output in a log. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { getProcessIdentity } from "@/local/postgres/process-identity";
import { Problem } from "../problem";
import { PROJECT_FOLDER } from "./home";
import type { ProcessList } from "./process-list";
import type { RotatingLog } from "./rotating-log";
import type { Running } from "./service";
import { signalGroup } from "./signal-group";

export type Program = {
  /** Its output holds secrets and goes into no log. */
  secretOutput?: boolean;
  name: string;
  /** Arguments for node. A TypeScript file is preceded by `--import tsx`. */
  args: string[];
  env: NodeJS.ProcessEnv;
  log: RotatingLog;
  /** How long it may take to leave after SIGTERM before it is killed. */
  patienceMs: number;
  /** Told every line of its output. */
  onLine?: (line: string) => void;
};

/** Starts a program that is meant to stay. It leaves by itself when we are gone: its standard input closes then. */
export function launchProgram(program: Program, processes: ProcessList): Running & { child: ChildProcess } {
  const child = spawn(process.execPath, program.args, {
    cwd: PROJECT_FOLDER,
    env: { ...program.env, STINT_PARENT_PIPE: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    // A session of its own: a Ctrl-C in the terminal reaches only us, and we decide the order of leaving.
    detached: true,
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("error", (error) => {
      program.log.write(`${error.message}\n`);
      resolve({ code: null, signal: null });
    });
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  child.stdin.on("error", () => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      program.log.write(`${line}\n`);
      program.onLine?.(line);
    });
  }
  const pid = child.pid ?? -1;
  const identity = getProcessIdentity(pid);
  if (identity) processes.add(program.name, pid);
  const signal = (name: NodeJS.Signals): void => {
    if (identity) signalGroup(identity, name);
  };
  return {
    child,
    pid,
    exited,
    async stop() {
      signal("SIGTERM");
      const timer = setTimeout(() => signal("SIGKILL"), program.patienceMs);
      await exited;
      clearTimeout(timer);
    },
    kill: () => signal("SIGKILL"),
  };
}

/**
 * Starts a stand-in and waits for its ready line: one line of JSON on its output with `ready: true` and its addresses.
 * Throws Problem with its last words when it leaves before, or is silent for 30 s.
 */
export async function launchStandIn(program: Program, processes: ProcessList): Promise<Running & { addresses: Record<string, string> }> {
  let settle: (addresses: Record<string, string>) => void = () => undefined;
  const ready = new Promise<Record<string, string>>((resolve) => (settle = resolve));
  const running = launchProgram({ ...program, onLine: (line) => acceptReadyLine(line, settle) }, processes);
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), 30_000)));
  const addresses = await Promise.race([ready, running.exited.then(() => null), silence]);
  clearTimeout(timer);
  if (addresses) return { ...running, addresses };
  running.kill();
  throw new Problem(`The ${program.name} did not start; its last words (${program.log.file}):\n${program.log.tail(6)}`);
}

/** Runs a program to its end and returns its standard output. Throws Problem with its last words when it fails. */
export async function runProgram(program: Omit<Program, "patienceMs">, processes: ProcessList, onStart?: (running: Running) => void): Promise<string> {
  const output: string[] = [];
  const errors: string[] = [];
  const child = spawn(process.execPath, program.args, { cwd: PROJECT_FOLDER, env: program.env, stdio: ["pipe", "pipe", "pipe"], detached: true });
  child.stdin.on("error", () => undefined);
  child.stdin.end();
  createInterface({ input: child.stdout }).on("line", (line) => {
    output.push(line);
    if (!program.secretOutput) program.log.write(`${line}\n`);
    program.onLine?.(line);
  });
  createInterface({ input: child.stderr }).on("line", (line) => {
    errors.push(line);
    program.log.write(`${line}\n`);
  });
  const pid = child.pid ?? -1;
  const identity = getProcessIdentity(pid);
  if (identity) processes.add(program.name, pid);
  const closed = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const kill = (): void => {
    if (identity) signalGroup(identity, "SIGKILL");
  };
  onStart?.({ pid, exited: closed, kill, stop: async () => kill() });
  const { code, signal } = await closed;
  if (code === 0) return output.join("\n");
  const words = [...errors, ...output].filter((line) => line.trim() !== "").slice(-25).join("\n");
  throw new Problem(`${program.name} failed (${signal ?? `exit code ${code}`}):\n${words}`);
}

function acceptReadyLine(line: string, settle: (addresses: Record<string, string>) => void): void {
  if (!line.startsWith("{")) return;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || !("ready" in value) || value.ready !== true) return;
    settle(Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string")));
  } catch (error) {
    // An ordinary line of output that happens to begin with a brace.
    if (!(error instanceof SyntaxError)) throw error;
  }
}
