import { isSameProcess } from "@/local/postgres/process-identity";

/** Signals a process that leads its own group, with everything it started; nothing when it is not the very process meant. */
export function signalGroup(target: { pid: number; startedAt: string }, signal: NodeJS.Signals): void {
  if (!isSameProcess(target)) return;
  try {
    process.kill(-target.pid, signal);
  } catch (error) {
    // Gone between the look and the signal.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
