import pino from "pino";
import { env } from "@/lib/platform/env";

/** Names under which secrets travel; whatever object carries them is logged without. */
const SECRET_PATHS = ["password", "secret", "token", "authorization", "cookie", "api_key", "apiKey", "*.password", "*.secret", "*.token",
  "*.authorization", "*.cookie", "*.api_key", "*.apiKey", "headers.authorization", "headers.cookie", "req.headers.authorization"];

let root: pino.Logger | undefined;

/** The process's structured logger: one JSON object a line on stdout. Fields: `request_id`, `tenant_id`, `run_id`. */
export function log(): pino.Logger {
  return (root ??= pino({
    level: env().LOG_LEVEL,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS, censor: "[redacted]" },
    formatters: { level: (label) => ({ level: label }) },
  }));
}
