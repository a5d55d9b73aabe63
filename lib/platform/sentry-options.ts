import { edgeEnv } from "@/lib/platform/env";

type Reported = { request?: { headers?: Record<string, string>; cookies?: unknown; data?: unknown; query_string?: unknown; env?: unknown }; user?: unknown; extra?: unknown };

/** Options of error reports for server, edge and worker. They carry ids that we set, and nothing a customer sent. */
export function sentryOptions() {
  const { SENTRY_DSN: dsn } = edgeEnv();
  return { dsn, enabled: dsn !== undefined, sendDefaultPii: false, tracesSampleRate: 0, beforeSend: <E extends Reported>(event: E): E => withoutContents(event), beforeBreadcrumb: () => null };
}

/** Removes from a report whatever could hold a secret: headers, cookies, bodies, query strings. */
export function withoutContents<E extends Reported>(event: E): E {
  if (event.request) {
    for (const name of ["headers", "cookies", "data", "query_string", "env"] as const) delete event.request[name];
  }
  delete event.user;
  delete event.extra;
  return event;
}
