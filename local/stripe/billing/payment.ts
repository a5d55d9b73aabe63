import { ApiError, type ErrorDetails } from "../http/error";
import { update } from "../world/change";
import { newId } from "../world/ids";
import { present } from "../world/present";
import type { Invoice, PaymentIntent, PaymentMethod } from "../world/wire";
import type { World } from "../world/world";
import { markPaid } from "./finalize";
import { makeCharge, succeed } from "./intents";

export type Outcome = { kind: "paid" } | { kind: "failed" | "action"; error: ErrorDetails };

export interface Attempt {
  /** The card to use; default: the invoice's, the subscription's, the customer's. */
  card?: PaymentMethod;
  /** The customer is not there to confirm anything. */
  offSession: boolean;
  /** The customer has confirmed what the card asked for. */
  isConfirmed?: boolean;
}

/** Tries to get an open invoice paid with a card, and writes down how it went. */
export function attemptPayment(world: World, invoice: Invoice, attempt: Attempt): Outcome {
  const intent = intentOf(world, invoice.id);
  const card = attempt.card ?? defaultCard(world, invoice);
  if (!intent) throw new Error(`${invoice.id} has nothing to pay`);
  if (!card) return fail(world, invoice, intent, null, { type: "invalid_request_error", code: "resource_missing", message: NO_CARD });
  const way = attempt.isConfirmed ? "succeed" : decide(world, card.id, invoice.customer ?? "", attempt.offSession);
  if (way === "action") return ask(world, invoice, intent, card);
  if (way === "fail") return fail(world, invoice, intent, card, { type: "card_error", code: "card_declined", decline_code: "generic_decline", message: "Your card was declined." });
  succeed(world, intent.id, card);
  const payment = paymentOf(world, invoice.id);
  if (payment) {
    update(world, world.tables.invoice_payments, payment.id, null, (row) => {
      Object.assign(row, { status: "paid", amount_paid: intent.amount, status_transitions: { canceled_at: null, paid_at: world.now() } });
    }, ["invoice_payment.paid"]);
  }
  update(world, world.tables.invoices, invoice.id, null, (row) => {
    row.attempt_count++;
    row.attempted = true;
  });
  markPaid(world, invoice.id, { amount: intent.amount });
  return { kind: "paid" };
}

export const NO_CARD = "This customer has no attached payment source or default payment method. Please consider adding a default payment method.";

export function paymentOf(world: World, invoice: string) {
  return world.tables.invoice_payments.all().find((row) => row.invoice === invoice);
}

export function intentOf(world: World, invoice: string): PaymentIntent | undefined {
  return world.tables.payment_intents.get(paymentOf(world, invoice)?.payment.payment_intent);
}

export function defaultCard(world: World, invoice: Pick<Invoice, "default_payment_method" | "customer" | "parent">): PaymentMethod | undefined {
  const subscription = world.tables.subscriptions.get(invoice.parent?.subscription_details?.subscription);
  const customer = world.tables.customers.get(invoice.customer);
  return world.tables.payment_methods.get(invoice.default_payment_method ?? subscription?.default_payment_method ?? customer?.invoice_settings?.default_payment_method);
}

/** The answer to a call whose payment did not go through. Its changes stay unless `takesBack`. */
export function paymentError(world: World, invoice: Invoice, outcome: Exclude<Outcome, { kind: "paid" }>, code?: string, takesBack = false): ApiError {
  const intent = intentOf(world, invoice.id);
  const status = outcome.error.type === "invalid_request_error" ? 400 : 402;
  return new ApiError(status, { ...outcome.error, ...(outcome.kind === "action" && code ? { code } : {}), ...(intent ? { payment_intent: present(intent) } : {}) }, !takesBack);
}

function decide(world: World, card: string, customer: string, offSession: boolean): "succeed" | "fail" | "action" {
  const [next, ...rest] = world.hidden(customer).next_payments ?? [];
  if (next !== undefined) {
    world.hide(customer, { next_payments: rest });
    return next;
  }
  switch (world.hidden(card).behavior ?? "succeeds") {
    case "succeeds": return "succeed";
    case "declines": return "fail";
    case "declines_later": return offSession ? "fail" : "succeed";
    case "asks": return "action";
    case "asks_later": {
      if (world.hidden(card).has_paid) return "action";
      world.hide(card, { has_paid: true });
      return "succeed";
    }
  }
}

function fail(world: World, invoice: Invoice, intent: PaymentIntent, card: PaymentMethod | null, error: ErrorDetails): Outcome {
  const charge = card ? makeCharge(world, intent, card, { code: error.code ?? "card_declined", decline_code: error.decline_code ?? "generic_decline", message: error.message }) : null;
  update(world, world.tables.payment_intents, intent.id, null, (row) => {
    Object.assign(row, { status: "requires_payment_method", next_action: null, payment_method: null, latest_charge: charge?.id ?? null, last_payment_error: { ...error, ...(card ? { charge: charge?.id, payment_method: present(card) } : {}) } });
  }, ["payment_intent.payment_failed"]);
  noteAttempt(world, invoice, ["invoice.payment_failed"]);
  return { kind: "failed", error: { ...error, ...(charge ? { charge: charge.id } : {}) } };
}

function ask(world: World, invoice: Invoice, intent: PaymentIntent, card: PaymentMethod): Outcome {
  const url = `${world.baseUrl()}/confirm/${intent.id}/${newId("src").slice(4)}`;
  world.hide(intent.id, { page: { url } });
  update(world, world.tables.payment_intents, intent.id, null, (row) => {
    Object.assign(row, { status: "requires_action", payment_method: card.id, next_action: { type: "redirect_to_url", redirect_to_url: { url, return_url: null } } });
  }, ["payment_intent.requires_action"]);
  noteAttempt(world, invoice, ["invoice.payment_action_required", "invoice.payment_failed"]);
  return { kind: "action", error: { type: "card_error", code: "authentication_required", decline_code: "authentication_required", message: "Your card was declined. This transaction requires authentication." } };
}

function noteAttempt(world: World, invoice: Invoice, events: string[]): void {
  update(world, world.tables.invoices, invoice.id, "invoice.updated", (row) => {
    row.attempt_count++;
    row.attempted = true;
    row.next_payment_attempt = null;
  }, events);
}
