import { SECOND_MS } from "@/lib/core/time";
import { closeDb } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { flushErrorReports, reportError } from "@/lib/platform/report-error";
import { onStopSignal } from "./stop-signals";

/**
 * Ends this process in order when it is told to, or when the process that started it is gone: `stop` first, then what
 * every process has (reports, database), then exit 0. Asked twice, it goes on with the first.
 */
export function onShutdown(stop: () => Promise<void>): void {
  let stopping = false;
  const shutDown = async (cause: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log().info({ cause }, "process stops");
    try {
      await stop();
      await flushErrorReports(2 * SECOND_MS);
      await closeDb();
      process.exit(0);
    } catch (error) {
      reportError(error, { job: "shutdown" });
      process.exit(1);
    }
  };
  onStopSignal((cause) => void shutDown(cause));
}
