import type Stripe from "stripe";
import { stripe } from "@/lib/platform/stripe";
import type { AccountSnapshot } from "@/lib/billing/account/projection";

/** Asks Stripe what it has of a customer now: two calls, and a third while a payment is missing. */
export async function fetchAccount(customerId: string): Promise<AccountSnapshot> {
  const [customer, subscriptions] = await Promise.all([
    stripe().customers.retrieve(customerId, { expand: ["invoice_settings.default_payment_method"] }),
    stripe().subscriptions.list({
      customer: customerId, status: "all", limit: 20,
      expand: ["data.default_payment_method", "data.discounts.source.coupon", "data.schedule"],
    }),
  ]);
  const late = subscriptions.data.some(({ status }) => status === "past_due" || status === "unpaid");
  const unpaid: Stripe.Invoice[] = late ? (await stripe().invoices.list({ customer: customerId, status: "open", limit: 100 })).data : [];
  return { customer, subscriptions: subscriptions.data, unpaid };
}
