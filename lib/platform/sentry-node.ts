import { Sentry } from "@/lib/platform/sentry";
import { sentryOptions } from "@/lib/platform/sentry-options";

/**
 * Starts error reports in a Node process; importing this file is enough. Without `SENTRY_DSN` nothing is started: its tracer
 * alone, although nothing is traced, took a third of a request through Next.
 */
const options = sentryOptions();
if (options.enabled) Sentry.init(options);
