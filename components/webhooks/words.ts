import type { EventType } from "@/lib/webhooks/schema";

/** When each event is sent. */
export const EVENT_WORDS: Record<EventType, string> = {
  "run.succeeded": "A run finished with an output",
  "run.failed": "A run failed or timed out",
  "run.stopped": "A run was stopped at a cap or a pause",
  "run.canceled": "A run was canceled",
  "usage.threshold": "Usage reached 80, 100 or 200 %, or a threshold of your own",
  "usage.anomaly": "An hour cost far more than usual",
  "tenant.paused": "The workspace was paused",
  "key.expiring": "An API key ends within seven days",
};

const ERROR_WORDS: Record<string, string> = {
  bad_status: "answered, but not with 2xx",
  redirected: "answered with a redirect, which is not followed",
  timeout: "no answer within 15 seconds",
  connection_failed: "could not be reached, or broke the connection",
  dns_failed: "the host name could not be resolved",
  forbidden_address: "leads into a private network, which is not called",
  invalid_url: "is no address that can be called",
  http_not_allowed: "is not encrypted; use https",
};

/** Why an attempt failed, in words. */
export function attemptWords(attempt: { status_code: number | null; error: string | null }): string {
  const { status_code: status, error } = attempt;
  const words = error === null ? "" : (ERROR_WORDS[error] ?? error);
  return [status === null ? "" : String(status), words].filter(Boolean).join(", ");
}
