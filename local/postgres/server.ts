/** The embedded PostgreSQL: one server on loopback, its data under the state folder. */
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { Writable } from "node:stream";
import { chooseServiceAccount, programOptions, type ServiceAccount } from "./account";
import { prepareBinaries, type Binaries } from "./binaries";
import { choosePostgresFolder, ensureDataFolder, readDatabaseId } from "./data-folder";
import { endServer } from "./end-server";
import { endLeftoverServer, isReady } from "./leftover";
import { getProcessIdentity } from "./process-identity";
import { PostgresProblem } from "./problem";
import { setPasswordOffline } from "./offline-password";

/** The bootstrap superuser. Nothing but the supervisor, backup and restore ever signs in as it. */
export const SUPERUSER = "postgres";

export type PostgresOptions = {
  /** State folder; the database lies below it when the service account can get there. */
  home: string;
  port: number;
  superuserPassword: string;
  /** Takes the server's log. */
  log: Writable;
  /** Told the number of every process started, so that somebody can end it when we die. */
  onSpawn?: (pid: number) => void;
  /** Writes are not flushed to disk. For tests only: a power cut loses the database. */
  unsafeFast?: boolean;
};

export type PostgresServer = {
  port: number;
  pid: number;
  /** First start on this folder. */
  created: boolean;
  /** Tells this database from one made later in its place. */
  databaseId: string;
  /** Major and minor version, as `18.4`. */
  version: string;
  /** Settles when the server is gone, wanted or not. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Fast shutdown: ends sessions, writes a checkpoint. */
  stop(): Promise<void>;
};

/**
 * Starts PostgreSQL on `home`, making the database at the first time and ending a server that a killed start left
 * behind. Settles when connections are taken. Throws PostgresProblem with a line for people.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const account = chooseServiceAccount();
  const binaries = prepareBinaries(account, options.home);
  const folder = choosePostgresFolder(options.home, account);
  const { dataFolder, created } = await ensureDataFolder({
    folder,
    binaries,
    account,
    superuser: SUPERUSER,
    password: options.superuserPassword,
    onSpawn: options.onSpawn,
  });
  await endLeftoverServer(dataFolder);
  const child = await launch(dataFolder, binaries, account, options);
  const identity = getProcessIdentity(child.pid);
  const exited = child.exited;
  return {
    port: options.port,
    pid: child.pid,
    created,
    databaseId: readDatabaseId(dataFolder),
    version: binaries.version.split(".").slice(0, 2).join("."),
    exited,
    async stop() {
      if (identity) await endServer(identity);
      await exited;
    },
  };
}

/**
 * Sets the superuser's password without knowing the old one, for a state folder whose secrets were lost.
 * The server must not be running.
 */
export async function resetSuperuserPassword(options: Pick<PostgresOptions, "home" | "superuserPassword" | "log">): Promise<void> {
  const account = chooseServiceAccount();
  const binaries = prepareBinaries(account, options.home);
  const { dataFolder } = await ensureDataFolder({
    folder: choosePostgresFolder(options.home, account),
    binaries,
    account,
    superuser: SUPERUSER,
    password: options.superuserPassword,
  });
  await setPasswordOffline({ dataFolder, binaries, account, role: SUPERUSER, password: options.superuserPassword });
}

type Launched = { pid: number; exited: PostgresServer["exited"] };

async function launch(dataFolder: string, binaries: Binaries, account: ServiceAccount | null, options: PostgresOptions): Promise<Launched> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const attempt = spawnServer(dataFolder, binaries, account, options);
    if (await becomesReady(attempt, dataFolder)) return attempt;
    // The last backends of a server killed a moment ago hold its memory until they notice.
    const stillDying = attempt.complaints().includes("shared memory block") || attempt.complaints().includes("lock file \"postmaster.pid\" already exists");
    if (!stillDying || performance.now() > deadline) {
      const reason = attempt.complaints().split("\n").find((line) => line.includes("FATAL")) ?? attempt.complaints().trim().split("\n").at(-1) ?? "";
      throw new PostgresProblem(`PostgreSQL did not start: ${reason.replace(/^.*?FATAL:\s*/, "") || "no reason given"}`);
    }
    await delay(200);
  }
}

function spawnServer(dataFolder: string, binaries: Binaries, account: ServiceAccount | null, options: PostgresOptions): Launched & { complaints(): string } {
  const child: ChildProcess = spawn(binaries.postgres, ["-D", dataFolder, ...serverSettings(options).flatMap((setting) => ["-c", setting])], {
    ...programOptions(account, dataFolder),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-4_000);
    options.log.write(text);
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("error", (error) => {
      complaints += error.message;
      resolve({ code: null, signal: null });
    });
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  return { pid: child.pid ?? -1, exited, complaints: () => complaints };
}

async function becomesReady(server: Launched, dataFolder: string): Promise<boolean> {
  let gone = false;
  void server.exited.then(() => (gone = true));
  // No deadline: replaying the log after a crash takes as long as it takes, and a server that gives up exits.
  while (!gone) {
    if (isReady(dataFolder, server.pid)) return true;
    await delay(20);
  }
  return false;
}

/** For a small machine that also runs everything else; durability stays at PostgreSQL's default. */
function serverSettings(options: PostgresOptions): string[] {
  return [
    `port=${options.port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=100",
    "shared_buffers=96MB",
    "effective_cache_size=512MB",
    "work_mem=4MB",
    "maintenance_work_mem=32MB",
    "max_wal_size=256MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "io_method=sync",
    "max_worker_processes=4",
    "max_parallel_workers=2",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_line_prefix=%m [%p] %q%u@%d ",
    "log_lock_waits=on",
    ...(options.unsafeFast ? ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] : []),
  ];
}
