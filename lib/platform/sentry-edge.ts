import * as Sentry from "@sentry/nextjs";
import { sentryOptions } from "@/lib/platform/sentry-options";

/** Starts error reports on the edge; importing this file is enough. Without `SENTRY_DSN` nothing is started, as in sentry-node.ts. */
const options = sentryOptions();
if (options.enabled) Sentry.init(options);
