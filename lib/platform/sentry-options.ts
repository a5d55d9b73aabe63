import { edgeEnv } from "@/lib/platform/env";
import { withoutContents } from "@/lib/platform/report-contents";

/** Options of error reports for server, edge and worker. They carry ids that we set, and nothing a customer sent. */
export function sentryOptions() {
  const { SENTRY_DSN: dsn } = edgeEnv();
  return { dsn, enabled: dsn !== undefined, tracesSampleRate: 0, beforeSend: withoutContents, beforeBreadcrumb: () => null };
}
