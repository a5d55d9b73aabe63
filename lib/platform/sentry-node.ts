import { Sentry } from "@/lib/platform/sentry";
import { sentryOptions } from "@/lib/platform/sentry-options";

/** Starts error reports in a Node process; importing this file is enough. Without `SENTRY_DSN` nothing is sent. */
Sentry.init(sentryOptions());
