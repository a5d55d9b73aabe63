/** Name of the <meta> tag in which the server hands the browser the address of the error ingest, if there is one. */
export const REPORTS_META = "stint-error-reports";

/**
 * Reports what went wrong in a browser, where the operator has set `SENTRY_DSN`. The library is loaded only then, and
 * only when there is something to report: nobody else pays for it.
 */
export async function reportBrowserError(error: unknown): Promise<void> {
  const dsn = document.querySelector<HTMLMetaElement>(`meta[name="${REPORTS_META}"]`)?.content;
  if (!dsn) return;
  const [Sentry, { withoutContents }] = await Promise.all([import("@sentry/nextjs"), import("@/lib/platform/report-contents")]);
  if (!Sentry.getClient()) {
    Sentry.init({ dsn, tracesSampleRate: 0, defaultIntegrations: false, beforeBreadcrumb: () => null, beforeSend: withoutContents });
  }
  Sentry.captureException(error);
}
