import { log } from "@/lib/platform/log";
import { Sentry } from "@/lib/platform/sentry";

/** What an error report may say about where it happened: ids, never contents. */
export type ErrorContext = { request_id?: string; tenant_id?: string; run_id?: string; route?: string; job?: string };

/** The one seam through which an unexpected error leaves the process: a log line, and a report where one is configured. */
export function reportError(error: unknown, context: ErrorContext = {}): void {
  log().error({ err: error, ...context }, "unexpected error");
  Sentry.withScope((scope) => {
    for (const [name, value] of Object.entries(context)) if (value !== undefined) scope.setTag(name, value);
    Sentry.captureException(error);
  });
}

/** Waits until reports have been delivered, at most `timeoutMs`; before a process ends. */
export async function flushErrorReports(timeoutMs: number): Promise<void> {
  await Sentry.flush(timeoutMs);
}
