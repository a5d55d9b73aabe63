import { GRACE_MS } from "@/lib/billing/account/entitlement";
import type { InvoiceFacts, InvoiceState } from "@/lib/billing/invoices/state";
import type { PlanId } from "@/lib/billing/plans";
import type { BillingMail, BillingMailOf } from "@/lib/notifications/billing/schema";

/** As many lines as a mail has room for. */
const MOST_LINES = 100;

type Asked = { before: InvoiceState | null; after: InvoiceState; facts: InvoiceFacts; /** The plan that was bought, where the invoice names none. */ planId: PlanId | null; /** Where to look when Stripe has no page of it. */ fallbackUrl: string };

/**
 * The mails that a change of an invoice asks for, by keys that name the change: however often and from wherever it is seen, each is
 * sent once. Pure. A payment that failed before it was paid is not told of any more once it is paid.
 */
export function mailsOfInvoice(invoiceId: string, asked: Asked): { key: string; mail: BillingMail }[] {
  const { before, after, facts, fallbackUrl } = asked;
  if (after.status === "paid" && before?.status !== "paid") {
    const mail = receiptOf(after, facts, fallbackUrl);
    return mail ? [{ key: `receipt:${invoiceId}`, mail }] : [];
  }
  if (after.status !== "open" || after.dueCents <= 0) return [];
  const about = { amountCents: after.dueCents - after.paidCents, invoiceNumber: after.number };
  if (facts.payment === "needs_action") {
    return [{ key: `needs_confirmation:${invoiceId}`, mail: { kind: "payment_confirmation_needed", ...about, confirmUrl: after.hostedUrl ?? fallbackUrl, ...(facts.changeExpiresAt === null ? {} : { changeExpiresAt: facts.changeExpiresAt }) } }];
  }
  // Whoever asked for a change was told at once that the bank refused, and owes nothing.
  if (facts.changeExpiresAt !== null) return [];
  const plan = facts.planId ?? asked.planId;
  // Whoever is about to buy sees on Stripe's own page that the card was refused; nothing is in force yet that could end.
  if (facts.payment !== "failed" || after.reason === "subscription_create" || !plan || plan === "built_in") return [];
  const since = after.finalizedAt ?? after.createdAt;
  const graceEndsAt = new Date(since.getTime() + GRACE_MS).toISOString();
  return [{ key: `payment_failed:${invoiceId}:0`, mail: { kind: "payment_failed", plan, day: 0, ...about, payUrl: after.hostedUrl ?? fallbackUrl, graceEndsAt } }];
}

/** Null where nothing was sold, as when a trial begins. */
function receiptOf(invoice: InvoiceState, facts: InvoiceFacts, fallbackUrl: string): BillingMailOf<"invoice_paid"> | null {
  if (invoice.totalCents < 0 || invoice.lines.every(({ cents }) => cents === 0)) return null;
  return {
    kind: "invoice_paid", invoiceNumber: invoice.number, paidAt: (invoice.paidAt ?? invoice.createdAt).toISOString(),
    lines: invoice.lines.slice(0, MOST_LINES).map(({ description, cents }) => ({ description: description.slice(0, 500), amountCents: cents })),
    discountCents: facts.discountCents, taxCents: invoice.taxCents, totalCents: invoice.totalCents,
    creditCents: Math.max(0, invoice.totalCents - invoice.dueCents), paidCents: invoice.paidCents,
    invoiceUrl: invoice.hostedUrl ?? fallbackUrl, pdfUrl: invoice.pdfUrl, note: invoice.note?.slice(0, 2_000) ?? null,
  };
}
