import * as Sentry from "@sentry/nextjs";

/** Reports an error of the edge, where the process's logger cannot run. `context` holds ids, never contents. */
export function reportEdgeError(error: unknown, context: { request_id?: string; route?: string }): void {
  Sentry.captureException(error, { tags: context });
}
