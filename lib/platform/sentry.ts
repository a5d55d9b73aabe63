import * as namespace from "@sentry/nextjs";

type SentryApi = typeof namespace;

/**
 * The error reporter for Node processes. Where Node itself resolves the package (the worker, scripts/server.ts) it is
 * CommonJS, and a namespace import finds only some of its names; its default has them all. A bundler's may have none.
 */
export const Sentry: SentryApi = wholeOf(namespace);

function wholeOf(found: SentryApi & { default?: SentryApi }): SentryApi {
  return found.default ?? found;
}
