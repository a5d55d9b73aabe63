/** An answer that says no, in Stripe's words. */
export interface ErrorDetails {
  type?: "invalid_request_error" | "card_error" | "idempotency_error" | "api_error";
  code?: string;
  message: string;
  param?: string;
  decline_code?: string;
  payment_intent?: unknown;
  charge?: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly details: ErrorDetails,
    /** The request failed but what it did stays, as a declined payment does. */
    readonly keepsChanges = false,
  ) {
    super(details.message);
  }
}

export function missing(object: string, id: string, param = "id"): ApiError {
  return new ApiError(404, { code: "resource_missing", message: `No such ${object}: '${id}'`, param });
}

/** 404 for an id in the path, 400 for an id in a parameter, as Stripe tells them apart. */
export function missingParameter(object: string, id: string, param: string): ApiError {
  return new ApiError(400, { code: "resource_missing", message: `No such ${object}: '${id}'`, param });
}

export function invalid(message: string, param?: string, code?: string): ApiError {
  return new ApiError(400, { message, param, code });
}
