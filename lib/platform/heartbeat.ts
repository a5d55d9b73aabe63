import { SECOND_MS } from "@/lib/core/time";
import { log } from "@/lib/platform/log";

/** Beats often enough for a monitor that expects one a minute to miss a beat without an alarm. */
const EVERY_MS = 30 * SECOND_MS;

/**
 * Tells a monitor (Better Stack's heartbeat format: a plain request to a secret URL) that this process is alive.
 * Returns a function that stops it. Without a URL nothing is sent.
 */
export function startHeartbeat(url: string | undefined): () => void {
  if (!url) return () => undefined;
  const beat = async (): Promise<void> => {
    try {
      await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(10 * SECOND_MS) });
    } catch (error) {
      log().warn({ err: error }, "heartbeat was not delivered");
    }
  };
  void beat();
  const timer = setInterval(() => void beat(), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
