/** What a run that gave no answer is to an OpenAI client. Pure. */
import { AppError, type ErrorCode } from "@/lib/core/errors";
import type { RunDto } from "@/lib/runs/schema";

const CODES: Partial<Record<string, ErrorCode>> = {
  minutes_cap_reached: "quota_exceeded", key_cap_reached: "quota_exceeded", spend_cap_reached: "quota_exceeded", run_spend_cap_reached: "quota_exceeded",
  tenant_paused: "tenant_paused", run_timed_out: "run_timed_out",
  model_unavailable: "model_unavailable", model_timeout: "model_unavailable", model_invalid_response: "model_unavailable",
  model_rate_limited: "model_rate_limited", model_rejected: "model_rejected", model_unknown: "model_rejected", internal: "internal", worker_lost: "unavailable",
};
/** When trying again may help, in seconds. */
const RETRY_AFTER_S: Partial<Record<ErrorCode, number>> = { model_unavailable: 5, model_rate_limited: 5, unavailable: 5 };

/** The error of a run that ended without an answer, or that has not ended in the time a request may take. */
export function toFailure(run: RunDto): AppError {
  const { status, error, id } = run;
  if (status === "canceled") return new AppError("run_failed", `The run was canceled. (${id})`);
  const code = (error && CODES[error.code]) ?? (status === "timed_out" ? "run_timed_out" : "run_failed");
  return new AppError(code, `${error?.message ?? "The run ended without an answer."} (${id})`, { retryAfterS: RETRY_AFTER_S[code], cause: error ? new Error(error.code) : undefined });
}
