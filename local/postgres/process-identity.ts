import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** What tells one process from another that later got the same number. */
export type ProcessIdentity = {
  pid: number;
  /** Opaque; equal for the same process, different once the number is reused. */
  startedAt: string;
  /** Arguments joined by blanks. */
  command: string;
};

/** The live process with this number, or null when there is none (a zombie counts as none). */
export function getProcessIdentity(pid: number): ProcessIdentity | null {
  if (!Number.isSafeInteger(pid) || pid <= 1) return null;
  return process.platform === "linux" ? readFromProc(pid) : readFromPs(pid);
}

/** True while the very process that was recorded runs, not merely one with its number. */
export function isSameProcess(recorded: Pick<ProcessIdentity, "pid" | "startedAt">): boolean {
  return getProcessIdentity(recorded.pid)?.startedAt === recorded.startedAt;
}

/** Parent's number of a live process, or null. */
export function getParentPid(pid: number): number | null {
  if (process.platform === "linux") {
    const stat = readStat(pid);
    return stat ? Number(stat[1]) : null;
  }
  const line = ps(pid, "ppid=");
  return line ? Number(line) : null;
}

function readFromProc(pid: number): ProcessIdentity | null {
  const stat = readStat(pid);
  if (!stat || stat[0] === "Z" || stat[0] === "X") return null;
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
    // Field 22 of /proc/<pid>/stat, counted from the state (field 3).
    return { pid, startedAt: stat[19] ?? "", command };
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** The fields of /proc/<pid>/stat from the state on. The name before them is in brackets and may hold anything. */
function readStat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

function readFromPs(pid: number): ProcessIdentity | null {
  const startedAt = ps(pid, "lstart=");
  const command = ps(pid, "command=");
  return startedAt && command ? { pid, startedAt, command } : null;
}

function ps(pid: number, column: string): string | null {
  try {
    return execFileSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    // ps exits with 1 when there is no such process.
    return null;
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "ENOENT" || code === "ESRCH";
}
