import type Stripe from "stripe";
import { AppError } from "@/lib/core/errors";

/** Seconds after which asking Stripe again makes sense. */
const RETRY_AFTER_S = 30;
/** Whether Stripe did what it was asked cannot be known from these. */
const UNCERTAIN = new Set(["StripeConnectionError", "StripeAPIError", "StripeRateLimitError"]);

/**
 * What a failure of a change at Stripe is to whoever asked: a declined card in the bank's words, no answer as 503 that promises nothing, a
 * second click as `conflict`. Anything else is a fault of ours and stays what it is. @param unchanged says what was not changed
 */
export function toAppError(error: unknown, unchanged = "Nothing was changed."): unknown {
  switch (typeOf(error)) {
    case "StripeCardError":
      return new AppError("conflict", `${sentence(error instanceof Error ? error.message : "The card was declined.")} ${unchanged}`, { cause: error });
    case "StripeConnectionError":
    case "StripeAPIError":
    case "StripeRateLimitError":
      return notKnownYet("Stripe, which handles payments, did not answer", error);
    case "StripeIdempotencyError":
      return new AppError("conflict", `Another change is under way. ${unchanged} Reload the page in a moment.`, { cause: error });
    default:
      return error;
  }
}

/** The same of a question that changes nothing at Stripe. */
export function toReadError(error: unknown): unknown {
  if (error instanceof AppError || !isUncertain(error)) return toAppError(error);
  return new AppError("unavailable", "Stripe, which handles payments, cannot be reached for the moment. Try again in a minute.", { retryAfterS: RETRY_AFTER_S, cause: error });
}

/**
 * Whether a change was made is not known: nobody may be told that it was, or that it was not. Asked again it is not made twice, by
 * its idempotency key and because a change begins with what Stripe has. @param because half a sentence
 */
export function notKnownYet(because: string, cause: unknown): AppError {
  return new AppError("unavailable", `${because}, so it is not known yet whether this was done. Trying again in a minute does not do it twice, and the billing page shows it as soon as it is known.`, { retryAfterS: RETRY_AFTER_S, cause });
}

/** True of what neither Stripe nor one of our own refusals is: what was under way may be done or not. */
export function isFault(error: unknown): boolean {
  return error instanceof AppError ? error.code === "unavailable" : typeOf(error) === null;
}

/** The refusal of a payment that stands on its invoice, in the bank's words. @param unchanged says what was not changed */
export function declinedBy(invoice: Stripe.Invoice | null, unchanged: string): AppError {
  const said = (invoice?.payments?.data ?? []).flatMap(({ payment: { payment_intent: intent } }) => (intent && typeof intent !== "string" ? [intent.last_payment_error?.message] : []));
  return new AppError("conflict", `${sentence(said.find((words) => words) ?? "The card was declined.")} ${unchanged}`);
}

/** True when Stripe may or may not have done what it was asked: no answer, or one that says nothing about it. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof AppError) return error.cause !== undefined && isUncertain(error.cause);
  return UNCERTAIN.has(typeOf(error) ?? "");
}

/** True when there is no such object at Stripe. */
export function isMissing(error: unknown): boolean {
  return isRefused(error) && typeof error === "object" && error !== null && "code" in error && error.code === "resource_missing";
}

/** True when Stripe refuses what is asked of the object as it is now, as of a session that was paid a moment ago. */
export function isRefused(error: unknown): boolean {
  return typeOf(error) === "StripeInvalidRequestError";
}

/** By name: a web process holds the SDK more than once, in Next's bundles and beside them, while they share one client. */
function typeOf(error: unknown): string | null {
  return error instanceof Error && "type" in error && typeof error.type === "string" ? error.type : null;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
