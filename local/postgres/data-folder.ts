/** Makes the database's folder: whole or not at all, and never over somebody's data. */
import { spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, lchownSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { canEnter, programOptions, type ServiceAccount } from "./account";
import { SHARED_STATE_FOLDER, type Binaries } from "./binaries";
import { PostgresProblem } from "./problem";

export const POSTGRES_MAJOR = "18";
const MARKER = "stint-initialised";

/**
 * The folder that holds the database of this state folder, reachable by the account; `home` itself when possible.
 * Where `home` lies in a place closed to the account (a clone under /root), a folder under /var/lib/stint with a
 * random name that `home` remembers, so that a new `home` never meets an old database.
 */
export function choosePostgresFolder(home: string, account: ServiceAccount | null): string {
  const pointer = join(home, "postgres-folder.json");
  if (existsSync(pointer)) {
    const stored: unknown = JSON.parse(readFileSync(pointer, "utf8"));
    if (typeof stored === "object" && stored !== null && "folder" in stored && typeof stored.folder === "string") return openFolder(stored.folder, account);
    throw new PostgresProblem(`${pointer} is damaged: put back a copy, or delete the whole state folder ${home} to begin anew.`);
  }
  const inside = join(home, "postgres");
  if (!account || existsSync(join(inside, "data")) || canEnter(home, account)) return openFolder(inside, account);
  const outside = join(SHARED_STATE_FOLDER, randomBytes(8).toString("hex"));
  writeFileSync(`${pointer}.new`, JSON.stringify({ folder: outside }), { mode: 0o600 });
  renameSync(`${pointer}.new`, pointer);
  return openFolder(outside, account);
}

function openFolder(folder: string, account: ServiceAccount | null): string {
  mkdirSync(folder, { recursive: true });
  if (account) chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
  return folder;
}

/**
 * Makes `folder/data` with initdb unless it is there. An initdb that was interrupted left only `folder/data.new…`,
 * which is thrown away. Throws PostgresProblem when `data` is not ours to touch or is damaged.
 */
export async function ensureDataFolder(options: {
  folder: string;
  binaries: Binaries;
  account: ServiceAccount | null;
  superuser: string;
  password: string;
  /** Told the number of the child, so that somebody can end it when we die. */
  onSpawn?: (pid: number) => void;
}): Promise<{ dataFolder: string; created: boolean }> {
  const dataFolder = join(options.folder, "data");
  for (const name of readdirSync(options.folder)) {
    // The initdb of a start that was killed may still be writing for a moment.
    if (name.startsWith("data.new")) rmSync(join(options.folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
  if (judge(dataFolder) === "usable") {
    if (options.account) correctOwner(dataFolder, options.account);
    return { dataFolder, created: false };
  }
  rmSync(dataFolder, { recursive: true, force: true });
  const fresh = join(options.folder, `data.new-${process.pid}`);
  const passwordFile = join(options.folder, `data.new-${process.pid}.password`);
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if (options.account) chownSync(passwordFile, options.account.uid, options.account.gid);
  try {
    await runInitdb(fresh, passwordFile, options);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFileSync(join(fresh, MARKER), `${randomBytes(16).toString("hex")}\n`);
  if (options.account) chownSync(join(fresh, MARKER), options.account.uid, options.account.gid);
  // The rename is what makes it a database: whatever was killed before it left no `data`.
  renameSync(fresh, dataFolder);
  return { dataFolder, created: true };
}

/** Tells this database from one made later in its place. */
export function readDatabaseId(dataFolder: string): string {
  return readFileSync(join(dataFolder, MARKER), "utf8").trim();
}

/** What lies at `data`: nothing worth keeping, or a database of ours. Throws when it is anything else. */
function judge(dataFolder: string): "absent" | "usable" {
  if (!existsSync(dataFolder)) return "absent";
  const entries = readdirSync(dataFolder);
  if (entries.length === 0) return "absent";
  const hasCluster = existsSync(join(dataFolder, "global", "pg_control"));
  if (!entries.includes(MARKER)) {
    // Without the marker and without a control file no server ever ran here: an initdb cut short.
    const remains = new Set(["PG_VERSION", "base", "global", "postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf"]);
    if (!hasCluster && entries.every((name) => remains.has(name) || name.startsWith("pg_"))) return "absent";
    throw new PostgresProblem(`${dataFolder} holds files that Stint did not make: move them away, or set STINT_HOME to another folder.`);
  }
  if (!hasCluster || !entries.includes("PG_VERSION")) {
    throw new PostgresProblem(`The database in ${dataFolder} is damaged (files are missing): restore a backup into a new STINT_HOME, or delete the folder to begin anew.`);
  }
  const major = readFileSync(join(dataFolder, "PG_VERSION"), "utf8").trim();
  if (major !== POSTGRES_MAJOR) {
    throw new PostgresProblem(`The database in ${dataFolder} belongs to PostgreSQL ${major}, this is PostgreSQL ${POSTGRES_MAJOR}: back it up with the older version and restore it here.`);
  }
  return "usable";
}

/** A folder that another account used before gets its owner right; the top last, so that a half-done change is seen and redone. */
function correctOwner(dataFolder: string, account: ServiceAccount): void {
  if (statSync(dataFolder).uid === account.uid) return;
  for (const entry of readdirSync(dataFolder, { withFileTypes: true, recursive: true })) {
    lchownSync(join(entry.parentPath, entry.name), account.uid, account.gid);
  }
  chownSync(dataFolder, account.uid, account.gid);
}

async function runInitdb(target: string, passwordFile: string, options: Parameters<typeof ensureDataFolder>[0]): Promise<void> {
  const { account, binaries, superuser } = options;
  const args = [`--pgdata=${target}`, `--username=${superuser}`, `--pwfile=${passwordFile}`, "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--auth=scram-sha-256", "--data-checksums"];
  const child = spawn(binaries.initdb, args, {
    ...programOptions(account, options.folder),
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint = (complaint + text).slice(-4_000)));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code === 0) return;
  rmSync(target, { recursive: true, force: true });
  const reason = complaint.split("\n").find((line) => /error|fatal/i.test(line)) ?? `exit code ${code}`;
  throw new PostgresProblem(`PostgreSQL could not make its data folder ${target}: ${reason.replace(/^initdb: /, "")}`);
}
