import { describe, expect, test } from "vitest";
import { AppError, ERROR_CODES, toErrorBody } from "@/lib/core/errors";

/** Pinned: programs of customers switch on these. */
const PINNED = {
  invalid_json: 400, bad_request: 400, unauthorized: 401, quota_exceeded: 402, tenant_paused: 402, two_factor_required: 403, plan_required: 402, scope_missing: 403, address_not_allowed: 403, csrf: 403, not_found: 404,
  method_not_allowed: 405, idempotency_in_progress: 409, conflict: 409, payload_too_large: 413, unsupported_media_type: 415, invalid_field: 422, idempotency_mismatch: 422,
  run_failed: 422, run_timed_out: 422, model_rejected: 422, model_rate_limited: 429, model_unavailable: 503,
  rate_limited: 429, queue_full: 429, internal: 500, unavailable: 503,
};

describe("errors", () => {
  test("have the pinned codes and statuses", () => {
    expect(Object.fromEntries(Object.entries(ERROR_CODES).map(([code, { status }]) => [code, status]))).toEqual(PINNED);
  });

  test("leave in one shape, without what happened inside", () => {
    const error = new AppError("invalid_field", "No such model.", { param: "model", cause: new Error("SELECT secret") });
    const body = toErrorBody(error, "req_1", "https://stint.example.com");
    expect(body).toEqual({
      error: { type: "invalid_request_error", code: "invalid_field", message: "No such model.", param: "model", doc_url: "https://stint.example.com/docs/errors#invalid_field", request_id: "req_1" },
    });
  });

  test("have a message for people and null for no field", () => {
    expect(toErrorBody(new AppError("internal"), "req_1", "").error).toMatchObject({ message: ERROR_CODES.internal.help, param: null });
  });
});
