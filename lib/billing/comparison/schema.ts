/** What is compared with Stripe, and in which words a difference is told. Client-safe. */

/** Each check by its name: what it is called, and what should be so. */
export const STRIPE_CHECKS = {
  subscription: { label: "Subscription", says: "The subscription that stands here is the one that counts at Stripe." },
  subscription_status: { label: "Status", says: "A subscription has the status that it has at Stripe." },
  subscription_plan: { label: "Plan", says: "The plan that was bought, and its price, are Stripe's." },
  subscription_period: { label: "Period", says: "A subscription's period begins and ends as it does at Stripe." },
  subscription_second: { label: "Second subscription", says: "Nobody pays for two subscriptions at once." },
  subscription_unknown: { label: "Nobody's subscription", says: "Whoever has a subscription that we made is a customer here." },
  invoice_missing: { label: "Invoice missing", says: "Every invoice of the last 35 days stands here and at Stripe." },
  invoice_status: { label: "Invoice's status", says: "An invoice has the status that it has at Stripe." },
  invoice_total: { label: "Invoice's total", says: "An invoice comes to what it comes to at Stripe." },
  invoice_paid: { label: "Invoice's payment", says: "What was paid of an invoice is what Stripe took." },
  meter_total: { label: "Overage reported", says: "The meter at Stripe has added up what was reported to it, in micro-dollars." },
} as const;
export type StripeCheck = keyof typeof STRIPE_CHECKS;

/** What should be one, and is not. `expected`: Stripe's word; `found`: what stands here. Amounts are US cents, instants ISO. */
export type StripeDifference = { check: StripeCheck; periodStart: string | null; subject: string; expected: string; found: string };
