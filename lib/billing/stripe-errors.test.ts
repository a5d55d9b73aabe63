import Stripe from "stripe";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/core/errors";
import { isFault, isUncertain, toAppError, toReadError } from "@/lib/billing/stripe-errors";

const UNCHANGED = "Nothing was charged, and the plan was not changed.";
const raw = (type: string) => ({ message: "It failed", type }) as ConstructorParameters<typeof Stripe.errors.StripeAPIError>[0];
const unanswered = [new Stripe.errors.StripeConnectionError(raw("api_error")), new Stripe.errors.StripeAPIError(raw("api_error")), new Stripe.errors.StripeRateLimitError(raw("rate_limit_error"))];

describe("without an answer from Stripe", () => {
  test.each(unanswered)("a change promises nothing: $type", (error) => {
    const said = toAppError(error, UNCHANGED);
    expect(said).toMatchObject({ status: 503, message: expect.stringMatching(/not known yet whether this was done.*does not do it twice.*as soon as it is known/) });
    expect(String(said)).not.toMatch(/nothing was|not changed|goes on/i);
    expect([isUncertain(said), isUncertain(error)]).toEqual([true, true]);
  });

  test.each(unanswered)("a question only says to ask again: $type", (error) => {
    expect(toReadError(error)).toMatchObject({ status: 503, message: expect.stringContaining("Try again in a minute.") });
    expect(String(toReadError(error))).not.toMatch(/nothing was/i);
  });
});

test("a declined card says in the bank's words what was not changed", () => {
  expect(toAppError(new Stripe.errors.StripeCardError(raw("card_error")), UNCHANGED)).toMatchObject({ code: "conflict", message: `It failed. ${UNCHANGED}` });
});

test("what fails on our side is told from what was refused", () => {
  expect([new Error("a bug"), new AppError("unavailable", "The database is away.")].map(isFault)).toEqual([true, true]);
  expect([new AppError("conflict", "No."), new Stripe.errors.StripeInvalidRequestError(raw("invalid_request_error"))].map(isFault)).toEqual([false, false]);
});
