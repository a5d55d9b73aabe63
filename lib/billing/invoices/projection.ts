import type Stripe from "stripe";
import { PLAN_IDS, type PlanId } from "@/lib/billing/plans";
import { OVERAGE_PRODUCT } from "@/lib/billing/catalogue";
import { productOf, subscriptionOfInvoice } from "@/lib/billing/account/projection";
import { INVOICE_STATUSES, type InvoiceFacts, type InvoiceLine, type InvoiceLineKind, type InvoiceState, type InvoiceStatus } from "@/lib/billing/invoices/state";

/** The invoice's row as it follows from what Stripe has now. Pure. @param lines all of them, also those past the first page */
export function projectInvoice(invoice: Stripe.Invoice, lines: Stripe.InvoiceLineItem[]): InvoiceState {
  const { status_transitions: changed } = invoice;
  return {
    subscriptionId: subscriptionOfInvoice(invoice),
    number: invoice.number,
    status: statusOf(invoice),
    reason: invoice.billing_reason,
    currency: invoice.currency,
    subtotalCents: invoice.subtotal,
    taxCents: taxOf(invoice),
    reverseCharge: reversesCharge(invoice),
    totalCents: invoice.total,
    dueCents: invoice.amount_due,
    paidCents: invoice.amount_paid,
    lines: lines.map(toLine),
    note: invoice.description,
    periodStart: instant(invoice.period_start),
    periodEnd: instant(invoice.period_end),
    hostedUrl: invoice.hosted_invoice_url ?? null,
    pdfUrl: invoice.invoice_pdf ?? null,
    attempts: invoice.attempt_count,
    nextAttemptAt: instantOrNull(invoice.next_payment_attempt),
    dueAt: instantOrNull(invoice.due_date),
    createdAt: instant(invoice.created),
    finalizedAt: instantOrNull(changed.finalized_at),
    paidAt: instantOrNull(changed.paid_at),
  };
}

/** Tax on top of the lines, in US cents. */
export function taxOf(invoice: Stripe.Invoice): number {
  return sum((invoice.total_taxes ?? []).filter(({ tax_behavior }) => tax_behavior === "exclusive").map(({ amount }) => amount));
}

/** What coupons take off the lines, in US cents; the lines themselves are before it. */
export function discountOf(invoice: Stripe.Invoice): number {
  return sum((invoice.total_discount_amounts ?? []).map(({ amount }) => amount));
}

/** Whether no tax is charged because the customer owes it to their own country. */
export function reversesCharge({ total_taxes: taxes, customer_tax_exempt: exempt }: Stripe.Invoice): boolean {
  return exempt === "reverse" || (taxes ?? []).some(({ taxability_reason: reason }) => reason === "reverse_charge");
}

/** What mails about the invoice say beyond its row. */
export function factsOf(invoice: Stripe.Invoice, lines: Stripe.InvoiceLineItem[]): InvoiceFacts {
  return {
    discountCents: discountOf(invoice),
    // The last one: after a change of plans it is the new plan's.
    planId: lines.map(planOf).findLast((plan) => plan !== null) ?? null,
    payment: invoice.status === "open" ? paymentOf(invoice) : null,
    changeExpiresAt: changeExpiryOf(invoice),
  };
}

/** Until when a change waits for this invoice, which is the latest of a subscription with such a change. Null: none does. */
function changeExpiryOf({ id, parent }: Stripe.Invoice): string | null {
  const subscription = parent?.subscription_details?.subscription;
  if (!subscription || typeof subscription === "string" || !subscription.pending_update) return null;
  const { latest_invoice: latest } = subscription;
  return (typeof latest === "string" ? latest : latest?.id) === id ? instant(subscription.pending_update.expires_at).toISOString() : null;
}

/** The customer that the invoice is of. */
export function customerOfInvoice(invoice: Stripe.Invoice): string | null {
  const { customer } = invoice;
  return (typeof customer === "string" ? customer : customer?.id) ?? null;
}

function toLine(line: Stripe.InvoiceLineItem): InvoiceLine {
  return {
    description: line.description ?? "", quantity: line.quantity, cents: line.amount, proration: isProration(line), kind: kindOf(line),
    periodStart: instant(line.period.start).toISOString(), periodEnd: instant(line.period.end).toISOString(),
  };
}

function kindOf(line: Stripe.InvoiceLineItem): InvoiceLineKind {
  if (isProration(line)) return "proration";
  if (planOf(line) !== null) return "plan";
  return line.pricing?.price_details?.product === OVERAGE_PRODUCT ? "overage" : "other";
}

function isProration({ parent }: Stripe.InvoiceLineItem): boolean {
  return (parent?.subscription_item_details?.proration ?? false) || (parent?.invoice_item_details?.proration ?? false);
}

function planOf(line: Stripe.InvoiceLineItem): PlanId | null {
  const product = line.pricing?.price_details?.product;
  return PLAN_IDS.find((planId) => productOf(planId) === product) ?? null;
}

/** The state of the payment that counts: the one by which the invoice is to be paid, else the newest. */
export function paymentOf(invoice: Stripe.Invoice): InvoiceFacts["payment"] {
  const payments = (invoice.payments?.data ?? []).filter(({ status }) => status === "open");
  const { payment } = payments.find(({ is_default }) => is_default) ?? payments.at(-1) ?? {};
  const intent = payment?.payment_intent;
  if (intent && typeof intent !== "string" && intent.status === "requires_action") return "needs_action";
  return invoice.attempt_count > 0 ? "failed" : null;
}

function statusOf({ status }: Stripe.Invoice): InvoiceStatus {
  const known = INVOICE_STATUSES.find((one) => one === status);
  if (!known) throw new Error(`Stripe says an invoice is ${status}, which this code does not know.`);
  return known;
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function instant(seconds: number): Date {
  return new Date(seconds * 1_000);
}

function instantOrNull(seconds: number | null): Date | null {
  return seconds === null ? null : instant(seconds);
}
