/**
 * Every way in which a request can fail, with its HTTP status and the `type` that OpenAI and Stripe clients switch on.
 * A code is part of the API: it is documented, and it does not change its meaning.
 */
export const ERROR_CODES = {
  invalid_json: { status: 400, type: "invalid_request_error", help: "The body is not valid JSON." },
  bad_request: { status: 400, type: "invalid_request_error", help: "The request is malformed." },
  unauthorized: { status: 401, type: "authentication_error", help: "No valid API key or session came with the request." },
  quota_exceeded: { status: 402, type: "quota_error", help: "The workspace has used up what its plan includes in this period." },
  tenant_paused: { status: 402, type: "quota_error", help: "The workspace is paused. Reading still works; running agents does not." },
  plan_required: { status: 402, type: "quota_error", help: "The workspace's plan does not include this." },
  scope_missing: { status: 403, type: "permission_error", help: "The key or role is not allowed to do this." },
  address_not_allowed: { status: 403, type: "permission_error", help: "The key may not be used from this network address." },
  two_factor_required: { status: 403, type: "permission_error", help: "The workspace asks its members for two-factor authentication, and this account has none." },
  csrf: { status: 403, type: "permission_error", help: "A session may only be used from the same origin." },
  not_found: { status: 404, type: "invalid_request_error", help: "There is no such object in this workspace." },
  method_not_allowed: { status: 405, type: "invalid_request_error", help: "The route does not answer this method." },
  idempotency_in_progress: { status: 409, type: "idempotency_error", help: "The first request with this Idempotency-Key is still running." },
  conflict: { status: 409, type: "invalid_request_error", help: "The object's state does not allow this." },
  payload_too_large: { status: 413, type: "invalid_request_error", help: "The body is larger than 8 MB." },
  unsupported_media_type: { status: 415, type: "invalid_request_error", help: "The body has to be sent as application/json." },
  invalid_field: { status: 422, type: "invalid_request_error", help: "A field is missing or has a value that is not allowed; `param` names it." },
  idempotency_mismatch: { status: 422, type: "idempotency_error", help: "This Idempotency-Key was used with another request." },
  run_failed: { status: 422, type: "invalid_request_error", help: "The run that was to answer ended without an answer; the message says why." },
  run_timed_out: { status: 422, type: "invalid_request_error", help: "The run that was to answer reached its longest time." },
  model_rejected: { status: 422, type: "invalid_request_error", help: "The model's endpoint refused the request." },
  rate_limited: { status: 429, type: "rate_limit_error", help: "Too many requests. `Retry-After` says when to try again." },
  queue_full: { status: 429, type: "rate_limit_error", help: "Too many runs of this workspace are waiting." },
  model_rate_limited: { status: 429, type: "rate_limit_error", help: "The model's endpoint is over its own rate limit. `Retry-After` says when to try again." },
  internal: { status: 500, type: "api_error", help: "Something failed on our side. The request id helps us find it." },
  model_unavailable: { status: 503, type: "api_error", help: "The model's endpoint failed, could not be reached or fell silent. Try again in a moment." },
  unavailable: { status: 503, type: "api_error", help: "A part of the platform is away. Try again in a moment." },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

type AppErrorOptions = {
  /** The field that is at fault. */
  param?: string;
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  retryAfterS?: number;
  /** What happened inside; goes to the log, never to the caller. */
  cause?: unknown;
};

/** Shared by every copy of this module in a process. */
const BRAND = Symbol.for("stint.AppError");

/**
 * An error with an answer: `message` is written for the caller, `cause` for the log. A web process holds this class more
 * than once, in Next's bundles and beside them, while they share one pool: an instance of either is one for all.
 */
export class AppError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  readonly [BRAND] = true;
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, message: string = ERROR_CODES[code].help, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.param = options.param;
    this.retryAfterS = options.retryAfterS;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** The one shape in which every error leaves the platform. */
export type ErrorBody = {
  error: { type: string; code: ErrorCode; message: string; param: string | null; doc_url: string; request_id: string };
};

/** Builds the wire shape of an error. `origin` is the public origin, for the link to the documentation. */
export function toErrorBody(error: AppError, requestId: string, origin: string): ErrorBody {
  return {
    error: {
      type: ERROR_CODES[error.code].type,
      code: error.code,
      message: error.message,
      param: error.param ?? null,
      doc_url: `${origin}/docs/errors#${error.code}`,
      request_id: requestId,
    },
  };
}
