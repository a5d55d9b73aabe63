import type Stripe from "stripe";
import { stripe } from "@/lib/platform/stripe";
import { presentSubscription, type AccountSnapshot } from "@/lib/billing/account/projection";
import { fetchInvoice } from "@/lib/billing/invoices/fetch";
import { paymentOf } from "@/lib/billing/invoices/projection";

/** Asks Stripe what it has of a customer now: two calls, and a third while a payment is missing or a change waits for one. */
export async function fetchAccount(customerId: string): Promise<AccountSnapshot> {
  const [customer, subscriptions] = await Promise.all([
    stripe().customers.retrieve(customerId, { expand: ["invoice_settings.default_payment_method", "tax_ids"] }),
    stripe().subscriptions.list({
      customer: customerId, status: "all", limit: 20,
      expand: ["data.default_payment_method", "data.discounts.source.coupon", "data.schedule"],
    }),
  ]);
  const late = subscriptions.data.some(({ status }) => status === "past_due" || status === "unpaid");
  const unpaid: Stripe.Invoice[] = late ? (await stripe().invoices.list({ customer: customerId, status: "open", limit: 100 })).data : [];
  return { customer, subscriptions: subscriptions.data, unpaid, pending: await fetchPending(presentSubscription(subscriptions.data)) };
}

/** The invoice that a change of the subscription waits for. Stripe says only that it is the latest one. */
async function fetchPending(subscription: Stripe.Subscription | null): Promise<AccountSnapshot["pending"]> {
  if (!subscription?.pending_update || !subscription.latest_invoice) return null;
  const { latest_invoice: latest } = subscription;
  const fetched = await fetchInvoice(typeof latest === "string" ? latest : latest.id);
  return fetched && { invoice: fetched.invoice, needsConfirmation: paymentOf(fetched.invoice) === "needs_action" };
}
