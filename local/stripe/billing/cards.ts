import { ApiError, missing } from "../http/error";
import { create, update } from "../world/change";
import { newId } from "../world/ids";
import type { CardBehavior } from "../world/tables";
import type { PaymentMethod } from "../world/wire";
import type { World } from "../world/world";

type TestCard = { brand: string; last4: string; behavior: CardBehavior; refusesToBeKept?: string };

/** Stripe's names of test cards. */
const TOKENS: Record<string, TestCard> = {
  pm_card_visa: { brand: "visa", last4: "4242", behavior: "succeeds" },
  pm_card_mastercard: { brand: "mastercard", last4: "4444", behavior: "succeeds" },
  pm_card_us: { brand: "visa", last4: "4242", behavior: "succeeds" },
  pm_card_chargeCustomerFail: { brand: "visa", last4: "0341", behavior: "declines" },
  pm_card_authenticationRequired: { brand: "visa", last4: "3184", behavior: "asks" },
  pm_card_threeDSecure2Required: { brand: "visa", last4: "3220", behavior: "asks" },
  pm_card_visa_chargeDeclined: { brand: "visa", last4: "0002", behavior: "declines", refusesToBeKept: "generic_decline" },
  pm_card_chargeDeclined: { brand: "visa", last4: "0002", behavior: "declines", refusesToBeKept: "generic_decline" },
  pm_card_chargeDeclinedInsufficientFunds: { brand: "visa", last4: "9995", behavior: "declines", refusesToBeKept: "insufficient_funds" },
};

/** The cards of the checkout page. */
export const PAGE_CARDS = {
  succeeds: { brand: "visa", last4: "4242", behavior: "succeeds" },
  declines: { brand: "visa", last4: "0002", behavior: "declines", refusesToBeKept: "generic_decline" },
  declines_later: { brand: "visa", last4: "0341", behavior: "declines_later" },
  asks: { brand: "visa", last4: "3184", behavior: "asks" },
  asks_later: { brand: "visa", last4: "3155", behavior: "asks_later" },
} satisfies Record<CardBehavior, TestCard>;

/** Makes a card of the given behaviour, attached to nobody. */
export function makeCard(world: World, { brand, last4, behavior }: TestCard): PaymentMethod {
  const id = newId("pm");
  world.hide(id, { behavior });
  return world.tables.payment_methods.put(id, {
    id, object: "payment_method", allow_redisplay: "always", billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand, checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" }, country: "US", display_brand: brand, exp_month: 12, exp_year: new Date(world.now() * 1000).getUTCFullYear() + 4,
      fingerprint: `sandbox${brand}${last4}`, funding: "credit", generated_from: null, last4, networks: { available: [brand], preferred: null }, regulated_status: "unregulated",
      three_d_secure_usage: { supported: true }, wallet: null,
    },
    created: world.now(), customer: null, customer_account: null, livemode: false, metadata: {}, type: "card",
  });
}

/** The card that an id or one of Stripe's names of test cards means; a name makes a new one. Throws ApiError. */
export function resolveCard(world: World, given: string): PaymentMethod {
  const token = Object.hasOwn(TOKENS, given) ? TOKENS[given] : undefined;
  if (token?.refusesToBeKept) throw declined(token.refusesToBeKept);
  if (token) return makeCard(world, token);
  const card = world.tables.payment_methods.get(given);
  if (!card) throw missing("PaymentMethod", given, "payment_method");
  return card;
}

/** Attaches a card to a customer. Throws ApiError when it belongs to another one, or was detached. */
export function attachCard(world: World, given: string, customer: string): PaymentMethod {
  const card = resolveCard(world, given);
  if (card.customer === customer) return card;
  if (card.customer !== null || world.hidden(card.id).customer === "detached") {
    throw new ApiError(400, { message: "The payment method you provided has already been attached to a customer.", code: "payment_method_unexpected_state", param: "payment_method" });
  }
  card.customer = customer;
  return create(world, world.tables.payment_methods, card, "payment_method.attached");
}

export function detachCard(world: World, id: string): PaymentMethod {
  const card = world.tables.payment_methods.get(id);
  if (!card) throw missing("PaymentMethod", id);
  const owner = card.customer;
  if (owner === null) throw new ApiError(400, { message: "The payment method you provided is not attached to a customer so detachment is impossible.", code: "payment_method_unexpected_state" });
  for (const each of world.tables.subscriptions.filter((row) => row.default_payment_method === id)) update(world, world.tables.subscriptions, each.id, "customer.subscription.updated", (row) => (row.default_payment_method = null));
  update(world, world.tables.customers, owner, "customer.updated", (row) => {
    if (row.invoice_settings.default_payment_method === id) row.invoice_settings.default_payment_method = null;
  });
  world.hide(id, { customer: "detached" });
  const row = world.tables.payment_methods.edit(id, (each) => (each.customer = null));
  world.record("payment_method.detached", row, { customer: owner });
  return row;
}

export function declined(code: string): ApiError {
  return new ApiError(402, { type: "card_error", code: "card_declined", decline_code: code, message: code === "insufficient_funds" ? "Your card has insufficient funds." : "Your card was declined." });
}
