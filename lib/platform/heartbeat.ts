import { SECOND_MS } from "@/lib/core/time";
import { log } from "@/lib/platform/log";

/** Beats often enough for a monitor that expects one a minute to miss a beat without an alarm. */
const EVERY_MS = 30 * SECOND_MS;

/**
 * Tells a monitor (Better Stack's heartbeat format: a plain request to a secret URL) that this process is alive.
 * Returns a function that stops it. Without a URL nothing is sent.
 * @param works whether the process does its work: a timer goes on where that hangs, so without it nothing is sent either
 */
export function startHeartbeat(url: string | undefined, works: () => boolean = () => true, everyMs = EVERY_MS): () => void {
  if (!url) return () => undefined;
  const beat = async (): Promise<void> => {
    if (!works()) return log().error("no heartbeat was sent: this process does none of its work");
    try {
      await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(10 * SECOND_MS) });
    } catch (error) {
      log().warn({ err: error }, "heartbeat was not delivered");
    }
  };
  void beat();
  const timer = setInterval(() => void beat(), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
