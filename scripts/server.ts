/** Entry point of the web: one process, or with `WEB_PROCESSES` several behind one port. */
import cluster from "node:cluster";
import { env } from "@/lib/platform/env";

const count = env().WEB_PROCESSES;

// Loaded on demand: who only watches over the others needs neither Next nor a database.
if (count > 1 && cluster.isPrimary) {
  const { superviseWebProcesses } = await import("./server/cluster");
  await superviseWebProcesses(count);
} else {
  const { serveWeb } = await import("./server/web-process");
  await serveWeb();
}
