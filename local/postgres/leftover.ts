/** Ends a server that an earlier, killed start left running on our data folder. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { getProcessIdentity } from "./process-identity";
import { PostgresProblem } from "./problem";
import { endServer } from "./end-server";

/**
 * Clears the way for a new server on `dataFolder`. A server of ours that still runs is stopped (fast, then harder).
 * A lock file whose number now belongs to a stranger is removed: PostgreSQL would refuse to start because of it.
 * A lock file of a dead process stays, since PostgreSQL takes it over with checks of its own.
 */
export async function endLeftoverServer(dataFolder: string): Promise<boolean> {
  const pid = readLockedPid(dataFolder);
  if (pid === null) return false;
  const identity = getProcessIdentity(pid);
  if (!identity) return false;
  if (!isServerOf(identity.command, dataFolder)) {
    rmSync(join(dataFolder, "postmaster.pid"), { force: true });
    return false;
  }
  if (!(await endServer(identity))) {
    throw new PostgresProblem(`A PostgreSQL (process ${pid}) holds ${dataFolder} and cannot be stopped: end it, then start again.`);
  }
  return true;
}

/** The process number in the folder's lock file, or null. */
export function readLockedPid(dataFolder: string): number | null {
  const file = join(dataFolder, "postmaster.pid");
  if (!existsSync(file)) return null;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** True once the server with this number says in its lock file that it takes connections. */
export function isReady(dataFolder: string, pid: number): boolean {
  const file = join(dataFolder, "postmaster.pid");
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, "utf8").split("\n");
  return Number(lines[0]) === pid && (lines[7] ?? "").trim() === "ready";
}

function isServerOf(command: string, dataFolder: string): boolean {
  return command.includes("postgres") && command.includes(dataFolder);
}
