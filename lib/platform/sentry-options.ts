import { edgeEnv } from "@/lib/platform/env";
import { withoutContents } from "@/lib/platform/report-contents";

/**
 * Options of error reports for server, edge and worker. They carry ids that we set, and nothing a customer sent. Nothing is
 * traced: a sample rate, even of 0, would have every request's spans made.
 */
export function sentryOptions() {
  const { SENTRY_DSN: dsn } = edgeEnv();
  return { dsn, enabled: dsn !== undefined, beforeSend: withoutContents, beforeBreadcrumb: () => null };
}
