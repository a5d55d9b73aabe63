import { create, update } from "../world/change";
import { newId } from "../world/ids";
import type { Charge, PaymentIntent, PaymentMethod } from "../world/wire";
import type { World } from "../world/world";

export function makePaymentIntent(world: World, given: { amount: number; customer: string | null; description: string }): PaymentIntent {
  const id = newId("pi");
  return create(world, world.tables.payment_intents, {
    id, object: "payment_intent", allowed_payment_method_types: null, amount: given.amount, amount_capturable: 0, amount_received: 0, application: null, application_fee_amount: null, automatic_payment_methods: null,
    canceled_at: null, cancellation_reason: null, capture_method: "automatic", client_secret: newId(`${id}_secret`), confirmation_method: "automatic", created: world.now(), currency: "usd", customer: given.customer,
    customer_account: null, description: given.description, excluded_payment_method_types: null, last_payment_error: null, latest_charge: null, livemode: false, managed_payments: null, metadata: {}, next_action: null,
    on_behalf_of: null, payment_method: null, payment_method_configuration_details: null, payment_method_options: null, payment_method_types: ["card"], payment_record: null, processing: null, receipt_email: null,
    review: null, setup_future_usage: "off_session", shipping: null, source: null, statement_descriptor: null, statement_descriptor_suffix: null, status: "requires_payment_method", transfer_data: null, transfer_group: null,
  }, "payment_intent.created");
}

export function makeCharge(world: World, intent: PaymentIntent, card: PaymentMethod, failure: { code: string; decline_code: string; message: string } | null): Charge {
  const id = newId("ch");
  const details = { brand: card.card?.brand ?? null, checks: null, country: "US", exp_month: 12, exp_year: card.card?.exp_year ?? 0, fingerprint: null, funding: "credit", installments: null, last4: card.card?.last4 ?? null, mandate: null, network: null, three_d_secure: null, wallet: null };
  return create(world, world.tables.charges, {
    id, object: "charge", amount: intent.amount, amount_captured: failure ? 0 : intent.amount, amount_refunded: 0, application: null, application_fee: null, application_fee_amount: null, balance_transaction: null,
    billing_details: card.billing_details, calculated_statement_descriptor: "STINT SANDBOX", captured: !failure, created: world.now(), currency: "usd", customer: intent.customer, description: intent.description,
    disputed: false, failure_balance_transaction: null, failure_code: failure?.code ?? null, failure_message: failure?.message ?? null, fraud_details: {}, livemode: false, metadata: {}, on_behalf_of: null,
    outcome: {
      advice_code: null, network_advice_code: null, network_decline_code: failure ? "01" : null, network_status: failure ? "declined_by_network" : "approved_by_network", reason: failure?.decline_code ?? null,
      risk_level: "normal", seller_message: failure ? "The bank did not return any further details with this decline." : "Payment complete.", type: failure ? "issuer_declined" : "authorized",
    },
    // Of a card's details the sandbox has what an application shows.
    paid: !failure, payment_intent: intent.id, payment_method: card.id, payment_method_details: { card: details as NonNullable<Charge["payment_method_details"]>["card"], type: "card" }, receipt_email: null,
    receipt_number: null, receipt_url: failure ? null : `${world.baseUrl()}/receipt/${id}`, refunded: false, review: null, shipping: null, source: null, source_transfer: null, statement_descriptor: null,
    statement_descriptor_suffix: null, status: failure ? "failed" : "succeeded", transfer_data: null, transfer_group: null,
  }, failure ? "charge.failed" : "charge.succeeded");
}

export function succeed(world: World, id: string, card: PaymentMethod): PaymentIntent {
  const intent = world.tables.payment_intents.get(id);
  if (!intent) throw new Error(`there is no ${id}`);
  const charge = makeCharge(world, intent, card, null);
  return update(world, world.tables.payment_intents, id, null, (row) => {
    Object.assign(row, { status: "succeeded", amount_received: row.amount, latest_charge: charge.id, payment_method: card.id, next_action: null, last_payment_error: null });
  }, ["payment_intent.succeeded"]);
}

export function cancelIntent(world: World, id: string): void {
  const intent = world.tables.payment_intents.get(id);
  if (!intent || ["succeeded", "canceled"].includes(intent.status)) return;
  update(world, world.tables.payment_intents, id, null, (row) => {
    Object.assign(row, { status: "canceled", canceled_at: world.now(), cancellation_reason: "void_invoice", next_action: null });
  }, ["payment_intent.canceled"]);
}
