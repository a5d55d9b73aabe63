import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { Invoice } from "../world/wire";
import type { World } from "../world/world";
import { addBalance } from "./balance";
import { refreshDraft, requireDraft } from "./invoices";
import { makePaymentIntent } from "./intents";

/** Less than this is not charged but carried to the next invoice, in cents. */
const SMALLEST_CHARGE = 50;

/**
 * Closes a draft: numbers it, settles it against the customer's balance, and opens it. One with nothing left to pay is
 * paid at once; of another one the caller says when its payment is tried. Without the address that automatic tax needs it stays a draft, and an event says so.
 */
export function finalizeInvoice(world: World, id: string): Invoice {
  requireDraft(world, id);
  const draft = refreshDraft(world, id);
  if (draft.automatic_tax.status === "requires_location_inputs") return failFinalization(world, id);
  const customer = requireRow(world.tables.customers, draft.customer ?? "", "customer");
  const number = `${customer.invoice_prefix ?? "SANDBOX"}-${String(customer.next_invoice_sequence ?? 1).padStart(4, "0")}`;
  update(world, world.tables.customers, customer.id, null, (row) => (row.next_invoice_sequence = (row.next_invoice_sequence ?? 1) + 1));
  settleBalance(world, draft);
  const now = world.now();
  const secret = newId("live", 40).replace("live_", "");
  const invoice = update(world, world.tables.invoices, id, "invoice.updated", (row) => {
    row.number = number;
    row.status = "open";
    row.effective_at = now;
    row.automatically_finalizes_at = null;
    row.status_transitions.finalized_at = now;
    row.ending_balance = world.tables.customers.get(customer.id)?.balance ?? 0;
    row.hosted_invoice_url = `${world.baseUrl()}/invoice/${id}/${secret}`;
    row.invoice_pdf = `${row.hosted_invoice_url}/pdf`;
    row.next_payment_attempt = null;
  }, ["invoice.finalized"]);
  world.hide(id, { page: { secret } });
  endOnceDiscounts(world, invoice);
  if (invoice.amount_due === 0) markPaid(world, id, {});
  else openPayment(world, invoice);
  return invoice;
}

/** Marks an open invoice as paid, and tells it. */
export function markPaid(world: World, id: string, { amount = 0 }: { amount?: number }): Invoice {
  const now = world.now();
  return update(world, world.tables.invoices, id, "invoice.updated", (row) => {
    row.status = "paid";
    row.attempted = true;
    row.amount_paid = amount;
    row.amount_remaining = 0;
    row.next_payment_attempt = null;
    row.status_transitions.paid_at = now;
    row.auto_advance = false;
  }, ["invoice.paid", "invoice.payment_succeeded"]);
}

function settleBalance(world: World, draft: Invoice): void {
  const { id, total, starting_balance: before, customer } = draft;
  if (customer === null) return;
  // A negative total is credit for later; credit there is pays first; debt there is joins in.
  const applied = total < 0 ? total : before < 0 ? Math.min(-before, total) : before > 0 ? -before : 0;
  if (applied !== 0) addBalance(world, customer, { amount: applied, type: "applied_to_invoice", invoice: id });
  if (draft.amount_due > 0 && draft.amount_due < SMALLEST_CHARGE) {
    addBalance(world, customer, { amount: draft.amount_due, type: "invoice_too_small", invoice: id });
    update(world, world.tables.invoices, id, null, (row) => {
      row.amount_due = 0;
      row.amount_remaining = 0;
    });
  }
}

function openPayment(world: World, invoice: Invoice): void {
  const intent = makePaymentIntent(world, { amount: invoice.amount_due, customer: invoice.customer, description: invoice.billing_reason === "subscription_create" ? "Subscription creation" : "Subscription update" });
  create(world, world.tables.invoice_payments, {
    id: newId("inpay"), object: "invoice_payment", amount_paid: null, amount_requested: invoice.amount_due, created: world.now(), currency: "usd", invoice: invoice.id, is_default: true, livemode: false,
    payment: { payment_intent: intent.id, type: "payment_intent" }, status: "open", status_transitions: { canceled_at: null, paid_at: null },
  }, null);
}

function endOnceDiscounts(world: World, invoice: Invoice): void {
  const subscription = invoice.parent?.subscription_details?.subscription;
  if (!subscription || !world.tables.subscriptions.get(subscription)) return;
  const used = (invoice.total_discount_amounts ?? []).filter(({ amount, discount }) => amount > 0 && world.tables.coupons.get(world.tables.discounts.get(discount)?.source.coupon)?.duration === "once").map(({ discount }) => discount);
  if (used.length === 0) return;
  update(world, world.tables.subscriptions, subscription, "customer.subscription.updated", (row) => (row.discounts = row.discounts.filter((id) => !used.includes(id))));
}

function failFinalization(world: World, id: string): Invoice {
  return update(world, world.tables.invoices, id, "invoice.updated", (row) => {
    row.automatic_tax.status = "requires_location_inputs";
    row.auto_advance = false;
    row.automatically_finalizes_at = null;
    row.last_finalization_error = { code: "customer_tax_location_invalid", message: "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.", type: "invalid_request_error" };
  }, ["invoice.finalization_failed"]);
}
