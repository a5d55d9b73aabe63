import type Stripe from "stripe";
import { withTenant } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { stripe } from "@/lib/platform/stripe";
import { isLive } from "@/lib/billing/account/state";
import { findAccount } from "@/lib/billing/repo";

/** The next invoice, as the billing page shows it. US cents; `dueAt` is an ISO instant, null: on no known day. */
export type NextInvoice = { lines: { label: string; detail: string; cents: number }[]; discountCents: number; taxCents: number; creditCents: number; totalCents: number; dueAt: string | null };

/** What the next invoice would say if the period ended now; null: there is none, or Stripe does not answer. */
export async function readNextInvoice(tenantId: string): Promise<NextInvoice | null> {
  const account = (await withTenant(tenantId, (tx) => findAccount(tx, tenantId)))?.state;
  if (!account?.subscriptionId || !isLive(account.status)) return null;
  try {
    return toNextInvoice(await stripe().invoices.createPreview({ subscription: account.subscriptionId }), account.periodEnd);
  } catch (error) {
    // A canceled subscription has no next one, which Stripe answers with an error, too.
    log().info({ err: error, tenant_id: tenantId }, "no preview of the next invoice");
    return null;
  }
}

function toNextInvoice(invoice: Stripe.Invoice, dueAt: Date | null): NextInvoice {
  const sum = (parts: readonly { amount: number }[] | null) => (parts ?? []).reduce((total, { amount }) => total + amount, 0);
  return {
    lines: invoice.lines.data.filter(({ amount }) => amount !== 0).map(({ description, amount }) => ({ label: description ?? "Other", detail: "", cents: amount })),
    discountCents: sum(invoice.total_discount_amounts), taxCents: sum(invoice.total_taxes), creditCents: invoice.total - invoice.amount_due, totalCents: invoice.amount_due, dueAt: dueAt?.toISOString() ?? null,
  };
}
