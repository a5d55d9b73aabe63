/** The process of watchdog.ts. Lines of JSON on standard input name the processes to end once the input closes. */
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { endServer } from "@/local/postgres/end-server";
import { isSameProcess } from "@/local/postgres/process-identity";
import { signalGroup } from "./signal-group";

type Watched = { pid: number; startedAt: string; name: string };

/** Time for our own processes to leave by themselves, which they do when their own pipe closes. */
const PATIENCE_MS = 10_000;

let watched: Watched[] = [];
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "dismissed") process.exit(0);
  // Written by watchdog.ts and by nobody else.
  watched = [...watched.filter(isSameProcess), JSON.parse(line) as Watched];
}

const others = watched.filter((entry) => entry.name !== "postgres");
for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  for (const entry of others) signalGroup(entry, signal);
  const deadline = performance.now() + PATIENCE_MS;
  while (others.some(isSameProcess) && performance.now() < deadline) await delay(50);
}
for (const entry of watched.filter(({ name }) => name === "postgres")) await endServer(entry);
