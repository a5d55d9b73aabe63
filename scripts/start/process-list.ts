/** The processes that a start has begun: written down, so that the next start can end those that outlived a killed one. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { getProcessIdentity, isSameProcess, type ProcessIdentity } from "@/local/postgres/process-identity";
import { readJsonFile, writeJsonFile } from "./json-file";
import { signalGroup } from "./signal-group";
import { Watchdog } from "./watchdog";

type Entry = Pick<ProcessIdentity, "pid" | "startedAt"> & { name: string };

export class ProcessList {
  readonly #file: string;
  readonly #watchdog = new Watchdog();
  #entries: Entry[] = [];

  constructor(home: string) {
    this.#file = join(home, "processes.json");
  }

  /** Notes a process just begun. It ends with us from now on, even when we are killed. */
  add(name: string, pid: number): void {
    const identity = getProcessIdentity(pid);
    if (!identity) return;
    const entry = { name, pid, startedAt: identity.startedAt };
    this.#entries = [...this.#entries.filter((other) => isSameProcess(other)), entry];
    this.#watchdog.watch(entry);
    writeJsonFile(this.#file, { processes: this.#entries });
  }

  /** Ends what an earlier start left running. Only processes that are the very ones noted are touched. Returns their names. */
  async endLeftovers(): Promise<string[]> {
    const stored = readJsonFile(this.#file)?.processes;
    const leftovers = (Array.isArray(stored) ? stored : []).filter(isEntry).filter(isSameProcess);
    // PostgreSQL is left to its own, gentler way of being stopped.
    const ended = leftovers.filter((entry) => entry.name !== "postgres");
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      for (const entry of ended) signalGroup(entry, signal);
      const deadline = performance.now() + 5_000;
      while (ended.some(isSameProcess) && performance.now() < deadline) await delay(50);
    }
    return ended.map((entry) => entry.name);
  }

  /** Nothing of ours runs any more. */
  close(): void {
    this.#watchdog.dismiss();
    this.#entries = [];
    writeJsonFile(this.#file, { processes: [] });
  }
}

function isEntry(value: unknown): value is Entry {
  return (
    typeof value === "object" && value !== null &&
    "pid" in value && typeof value.pid === "number" &&
    "startedAt" in value && typeof value.startedAt === "string" &&
    "name" in value && typeof value.name === "string"
  );
}
