import Stripe from "stripe";

/** An answer of Stripe's as it may be kept: its kind and code, without its words, which may quote what was sent. */
export function describeStripeError(error: unknown): string {
  if (!(error instanceof Stripe.errors.StripeError)) return error instanceof Error ? error.name : "unknown";
  return [error.type, error.statusCode, error.code, error.requestId].filter((part) => part !== undefined && part !== null).join(" ");
}

/** Whether Stripe has refused an event because it has one with this identifier. It gives the refusal no code of its own. */
export function isKnownEvent(error: unknown, identifier: string): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.message.includes("already exists") && error.message.includes(identifier);
}
