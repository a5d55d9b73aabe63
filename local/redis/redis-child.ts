import { spawn, type ChildProcess } from "node:child_process";
import { access, constants, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const NAMES = ["valkey-server", "redis-server"];
const LONGEST_SOCKET_PATH = 100;
const START_LIMIT_MS = 5_000;
const RESTART_DELAY_MS = 300;
/**
 * Starts the server and waits beside it on descriptor 3, a pipe from us. However this process ends, the pipe closes,
 * and the server is ended with it.
 */
const WATCHED = 'exec 3<&0; "$@" </dev/null 3<&- & child=$!; (cat <&3 >/dev/null; kill "$child" 2>/dev/null) & exec 3<&-; wait "$child"';

export interface RedisChild {
  socketPath: string;
  stop(): Promise<void>;
}

/** The first Redis or Valkey server on PATH, or null. */
export async function findRedisBinary(searchPath: string): Promise<string | null> {
  for (const name of NAMES) {
    for (const folder of searchPath.split(path.delimiter)) {
      const file = path.join(folder, name);
      const found = await access(file, constants.X_OK).then(() => true, () => false);
      if (folder !== "" && found) return file;
    }
  }
  return null;
}

/**
 * Runs a Redis or Valkey server of our own on a Unix socket that only this user can open, without persistence, and
 * starts it again when it ends by itself. Rejects when it does not come up.
 * @param dataFolder working folder and place of the socket; a temporary one when null
 */
export async function startRedisChild(binary: string, dataFolder: string | null): Promise<RedisChild> {
  const folder = await prepareFolder(dataFolder);
  const socketPath = path.join(folder, "redis.sock");
  let stopping = false;
  let child: ChildProcess;
  let restart: NodeJS.Timeout | undefined;
  const run = (): ChildProcess => {
    const settings = ["--port", "0", "--unixsocket", socketPath, "--unixsocketperm", "700", "--save", "", "--appendonly", "no", "--dir", folder, "--daemonize", "no", "--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru", "--loglevel", "warning"];
    const started = spawn("/bin/sh", ["-c", WATCHED, "sh", binary, ...settings], { stdio: ["pipe", "ignore", "inherit"] });
    started.stdin.on("error", (cause) => process.stderr.write(`redis: ${cause.message}\n`));
    started.on("exit", () => {
      started.stdin.end();
      if (!stopping) restart = setTimeout(() => (child = run()), RESTART_DELAY_MS);
    });
    return started;
  };
  await rm(socketPath, { force: true });
  child = run();
  const stop = async (): Promise<void> => {
    stopping = true;
    clearTimeout(restart);
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.stdin?.end();
      await gone;
    }
    if (folder !== dataFolder) await rm(folder, { recursive: true, force: true });
  };
  const up = await waitForSocket(socketPath);
  if (!up) {
    await stop();
    throw new Error(`${binary} did not start`);
  }
  return { socketPath, stop };
}

async function prepareFolder(wanted: string | null): Promise<string> {
  if (wanted !== null) {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    if (path.join(wanted, "redis.sock").length <= LONGEST_SOCKET_PATH) return path.resolve(wanted);
  }
  return mkdtemp(path.join(tmpdir(), "stint-redis-"));
}

async function waitForSocket(socketPath: string): Promise<boolean> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline) {
    const there = await access(socketPath).then(() => true, () => false);
    if (there) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}
