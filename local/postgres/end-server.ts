import { setTimeout as delay } from "node:timers/promises";
import { isSameProcess, type ProcessIdentity } from "./process-identity";

/** PostgreSQL's own scale: SIGINT ends sessions and writes a checkpoint, SIGQUIT drops everything (recovered at the next start). */
const LADDER: { signal: NodeJS.Signals; patienceMs: number }[] = [
  { signal: "SIGINT", patienceMs: 10_000 },
  { signal: "SIGQUIT", patienceMs: 5_000 },
  { signal: "SIGKILL", patienceMs: 5_000 },
];

/** Stops a PostgreSQL server, gently first. True once it is gone. */
export async function endServer(identity: Pick<ProcessIdentity, "pid" | "startedAt">): Promise<boolean> {
  for (const { signal, patienceMs } of LADDER) {
    if (!isSameProcess(identity)) return true;
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      if (!isSameProcess(identity)) return true;
      await delay(20);
    }
  }
  return !isSameProcess(identity);
}
