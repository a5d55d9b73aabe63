/** Gets an invoice paid, and draws the consequences for its subscription. */
import { DAY } from "../world/calendar";
import { requireRow, update } from "../world/change";
import type { Invoice, Subscription } from "../world/wire";
import type { World } from "../world/world";
import { markPaid } from "./finalize";
import { cancelIntent } from "./intents";
import { attemptPayment, intentOf, paymentOf, type Attempt, type Outcome } from "./payment";
import { applyPending, pendingInvoiceOf } from "./pending-update";
import { endSubscription } from "./subscription-state";

/** A failed payment is tried again so many days after it first failed; after the last the subscription ends. */
const RETRY_DAYS = [3, 5, 7, 14];

/** Tries to get an open invoice paid. Whatever comes of it is written down; nothing is thrown. */
export function collect(world: World, id: string, attempt: Attempt): Outcome {
  const invoice = requireRow(world.tables.invoices, id, "invoice");
  if (invoice.status === "paid") return { kind: "paid" };
  const outcome = attemptPayment(world, invoice, attempt);
  if (outcome.kind === "paid") settled(world, invoice);
  else refused(world, invoice);
  return outcome;
}

/** Marks an invoice as paid by other means. */
export function payOutOfBand(world: World, invoice: Invoice): void {
  const intent = intentOf(world, invoice.id);
  if (intent) cancelIntent(world, intent.id);
  const payment = paymentOf(world, invoice.id);
  if (payment) update(world, world.tables.invoice_payments, payment.id, null, (row) => (row.status = "canceled"));
  markPaid(world, invoice.id, { amount: invoice.amount_due });
  settled(world, invoice);
}

/** What a paid invoice means for its subscription. Also for one that had nothing to pay. */
export function settled(world: World, invoice: Invoice): void {
  const subscription = subscriptionOf(world, invoice);
  if (!subscription) return;
  applyPending(world, subscription.id, invoice.id);
  const others = world.tables.invoices.all().some((row) => row.id !== invoice.id && row.status === "open" && row.attempt_count > 0 && row.billing_reason !== "subscription_update" && subscriptionOf(world, row)?.id === subscription.id);
  if (subscription.status === "incomplete" && subscription.latest_invoice === invoice.id) setStatus(world, subscription.id, "active");
  else if (["past_due", "unpaid"].includes(subscription.status) && !others) setStatus(world, subscription.id, "active");
  setDelinquent(world, subscription.customer, false);
}

function refused(world: World, before: Invoice): void {
  const subscription = subscriptionOf(world, before);
  if (!subscription || before.billing_reason === "subscription_create" || pendingInvoiceOf(world, subscription.id) === before.id) return;
  const invoice = requireRow(world.tables.invoices, before.id, "invoice");
  if (["active", "trialing"].includes(subscription.status)) setStatus(world, subscription.id, "past_due");
  setDelinquent(world, subscription.customer, true);
  if (!invoice.auto_advance || subscription.status === "canceled") return;
  const firstAt = world.hidden(invoice.id).first_failed_at ?? world.now();
  world.hide(invoice.id, { first_failed_at: firstAt });
  const next = RETRY_DAYS.map((days) => firstAt + days * DAY).find((at) => at > world.now());
  update(world, world.tables.invoices, invoice.id, "invoice.updated", (row) => (row.next_payment_attempt = next ?? null));
  if (next === undefined) endSubscription(world, subscription.id, { reason: "payment_failed" });
}

function setStatus(world: World, id: string, status: Subscription["status"]): void {
  update(world, world.tables.subscriptions, id, "customer.subscription.updated", (row) => (row.status = status));
}

function setDelinquent(world: World, customer: string, delinquent: boolean): void {
  update(world, world.tables.customers, customer, "customer.updated", (row) => (row.delinquent = delinquent));
}

export function subscriptionOf(world: World, invoice: Invoice): Subscription | undefined {
  return world.tables.subscriptions.get(invoice.parent?.subscription_details?.subscription);
}
