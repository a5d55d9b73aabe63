import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { getProcessIdentity } from "@/local/postgres/process-identity";

/** Who listens on a TCP port, as "node (process 123)"; null where the system does not say (other users' processes, other systems). */
export function findListener(port: number): string | null {
  if (process.platform !== "linux") return null;
  const sockets = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return null;
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (Number.isInteger(pid) && holdsAny(pid, sockets)) {
      const program = getProcessIdentity(pid)?.command.split(" ")[0]?.split("/").at(-1);
      return `${program || "a process"} (process ${pid})`;
    }
  }
  return null;
}

function listeningInodes(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readOrEmpty(() => readFileSync(table, "utf8").split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    // Columns: number, local address, remote address, state (0A: listening) … inode.
    .filter((columns) => columns[1]?.endsWith(wanted) && columns[3] === "0A")
    .flatMap((columns) => columns[9] ?? []);
}

function holdsAny(pid: number, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`;
  return readOrEmpty(() => readdirSync(folder)).some((fd) => readOrEmpty(() => [readlinkSync(`${folder}/${fd}`)]).some((target) => sockets.has(target)));
}

/** Processes come and go while they are looked at, and those of others are closed to us: both count as nothing. */
function readOrEmpty(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
