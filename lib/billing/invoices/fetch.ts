import type Stripe from "stripe";
import { stripe } from "@/lib/platform/stripe";
import { isMissing } from "@/lib/billing/stripe-errors";

export type FetchedInvoice = { invoice: Stripe.Invoice; lines: Stripe.InvoiceLineItem[] };

/** No invoice of ours comes near it: two items, some prorations and what was late. */
const MOST_LINES = 1_000;

/** Asks Stripe what an invoice is now, with all of its lines, the state of its payments and its subscription. Null: it was a draft and is gone. */
export async function fetchInvoice(invoiceId: string): Promise<FetchedInvoice | null> {
  try {
    const invoice = await stripe().invoices.retrieve(invoiceId, { expand: ["payments.data.payment.payment_intent", "parent.subscription_details.subscription"] });
    const lines = invoice.lines.has_more ? await stripe().invoices.listLineItems(invoiceId, { limit: 100 }).autoPagingToArray({ limit: MOST_LINES }) : invoice.lines.data;
    return { invoice, lines };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
