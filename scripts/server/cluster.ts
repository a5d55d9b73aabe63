/** Several web processes behind one port: each kept running, all stopped together. */
import cluster from "node:cluster";
import { SECOND_MS } from "@/lib/core/time";
import { log } from "@/lib/platform/log";
import { Service, type Running } from "../start/service";
import { onStopSignal } from "../stop-signals";
import { collectForCluster } from "./cluster-metrics";

/** A process that is asked to leave gives its requests their grace and its reports time; then it is killed. */
const PATIENCE_MS = 9 * SECOND_MS;

/**
 * Starts `count` web processes and starts each again that ends unasked, later and later while it keeps failing. They end
 * by themselves when this process is gone, however it went.
 */
export async function superviseWebProcesses(count: number): Promise<void> {
  let hasServed = false;
  cluster.on("listening", () => (hasServed = true));
  cluster.on("exit", (_, code) => {
    // A taken port or a missing setting: as with one process, whoever started us is told.
    if (!hasServed && code !== 0) {
      for (const service of services) service.kill();
      process.exit(1);
    }
  });
  collectForCluster();
  const services = Array.from({ length: count }, (_, index) => new Service(`web process ${index + 1}`, fork, (line) => log().error(line)));
  let stopping = false;
  onStopSignal((cause) => {
    if (stopping) return;
    stopping = true;
    log().info({ cause }, "web stops");
    void Promise.all(services.map((service) => service.stop())).then(() => process.exit(0));
  });
  await Promise.all(services.map((service) => service.start()));
}

async function fork(): Promise<Running> {
  const worker = cluster.fork();
  const exited = new Promise<Awaited<Running["exited"]>>((resolve) => {
    worker.once("exit", (code, signal) => resolve({ code, signal: (signal || null) as NodeJS.Signals | null }));
    // One that could not be begun has no exit.
    worker.once("error", () => resolve({ code: null, signal: null }));
  });
  const signal = (name: NodeJS.Signals): void => void worker.process.kill(name);
  return {
    pid: worker.process.pid ?? -1,
    exited,
    kill: () => signal("SIGKILL"),
    async stop() {
      signal("SIGTERM");
      const late = setTimeout(() => signal("SIGKILL"), PATIENCE_MS);
      await exited;
      clearTimeout(late);
    },
  };
}
