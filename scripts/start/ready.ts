import { setTimeout as delay } from "node:timers/promises";
import { Problem } from "../problem";

const TIMEOUT_MS = 60_000;

/**
 * Waits until the application says that it is ready. `isFailing` may give a reason to wait no longer.
 * Throws Problem with that reason, or with the last answer after a minute.
 */
export async function waitUntilReady(url: string, isFailing: () => string | null): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  let last = "no answer";
  while (performance.now() < deadline) {
    const failure = isFailing();
    if (failure) throw new Problem(failure);
    try {
      const response = await fetch(`${url}/api/ready`, { signal: AbortSignal.timeout(5_000) });
      const body = await response.text();
      if (response.status === 200) return;
      last = `status ${response.status}, ${body.slice(0, 500)}`;
    } catch (error) {
      // Not listening yet, or slow in its first request: asked again until the deadline.
      last = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    }
    await delay(100);
  }
  throw new Problem(`The application is not ready after a minute. Its last answer: ${last}`);
}
