type Reported = { request?: { url?: string; headers?: unknown; cookies?: unknown; data?: unknown; query_string?: unknown; env?: unknown }; user?: unknown; extra?: unknown; breadcrumbs?: unknown };

/** Removes from an error report whatever could hold a secret: headers, cookies, bodies, query strings, the user. */
export function withoutContents<E extends Reported>(event: E): E {
  if (event.request) {
    for (const name of ["headers", "cookies", "data", "query_string", "env"] as const) delete event.request[name];
    if (event.request.url) event.request.url = event.request.url.split("?")[0];
  }
  delete event.user;
  delete event.extra;
  delete event.breadcrumbs;
  return event;
}
