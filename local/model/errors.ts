/** An error in OpenAI's shape. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly type: string,
    readonly param: string | null,
    readonly code: string | null,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  /** The body of the answer. */
  toBody(): string {
    return JSON.stringify({ error: { message: this.message, type: this.type, param: this.param, code: this.code } });
  }
}

/** A 400: the request cannot be understood or fulfilled as it stands. */
export function invalidRequest(message: string, param: string | null, code: string | null): ApiError {
  return new ApiError(400, message, "invalid_request_error", param, code);
}
