import type { PlanId } from "@/lib/billing/plans";

/** Stripe's words for a subscription, and `none` for a customer without one. */
export const SUBSCRIPTION_STATUSES = ["none", "incomplete", "incomplete_expired", "trialing", "active", "past_due", "unpaid", "canceled", "paused"] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

export type Card = { brand: string; last4: string; expMonth: number; expYear: number };
/** Stripe's words for how far a tax id has been looked up at the country's own register. */
export const TAX_ID_VERIFICATIONS = ["pending", "verified", "unverified", "unavailable"] as const;
export type TaxIdVerification = (typeof TAX_ID_VERIFICATIONS)[number];
/** A tax id that stands on the customer's invoices. `type`: Stripe's word, such as `eu_vat`. `country`: ISO 3166, two letters. */
export type CustomerTaxId = { type: string; value: string; country: string | null; verification: TaxIdVerification };
/** A coupon that is in force. `endsAt`: ISO instant, null: it stays. */
export type AccountDiscount = { name: string; percentOff: number | null; amountOffCents: number | null; endsAt: string | null };

/** A change that was asked for and takes effect when its invoice is paid. Until then nothing of it holds. */
export type PendingChange = {
  invoiceId: string;
  /** The plan that is in force once it is paid. */
  planId: PlanId;
  /** It ends the trial. */
  endsTrial: boolean;
  dueCents: number;
  /** ISO instant. What is not paid by then is thrown away. */
  expiresAt: string;
  /** Stripe's page of the invoice, where the bank's confirmation is given or another card pays. */
  payUrl: string | null;
  /** The bank waits for its customer; false: it refused. */
  needsConfirmation: boolean;
};

/** What Stripe knows of a tenant, as far as anything here depends on it. */
export type AccountState = {
  subscriptionId: string | null;
  status: SubscriptionStatus;
  /** The plan that was bought. */
  planId: PlanId | null;
  /** US cents a month; a price that changed since is another one. */
  priceCents: number | null;
  anchorAt: Date | null;
  periodStart: Date | null;
  periodEnd: Date | null;
  trialStartsAt: Date | null;
  trialEndsAt: Date | null;
  /** When it ends by itself; null: it goes on. */
  cancelAt: Date | null;
  endedAt: Date | null;
  scheduleId: string | null;
  scheduledPlanId: PlanId | null;
  scheduledAt: Date | null;
  /** When the oldest unpaid invoice was due. */
  pastDueSince: Date | null;
  card: Card | null;
  email: string | null;
  /** ISO 3166, two letters. */
  country: string | null;
  /** The oldest first. */
  taxIds: CustomerTaxId[];
  discount: AccountDiscount | null;
  pending: PendingChange | null;
  /** Below zero: credit that the next invoice takes. */
  balanceCents: number;
};

export const NO_ACCOUNT: AccountState = {
  subscriptionId: null, status: "none", planId: null, priceCents: null, anchorAt: null, periodStart: null, periodEnd: null, trialStartsAt: null, trialEndsAt: null,
  cancelAt: null, endedAt: null, scheduleId: null, scheduledPlanId: null, scheduledAt: null, pastDueSince: null, card: null, email: null, country: null, taxIds: [], discount: null, pending: null, balanceCents: 0,
};

/** True while there is a subscription that can be changed: it runs, is in trial, or waits for a payment. */
export function isLive(status: SubscriptionStatus): boolean {
  return status === "trialing" || status === "active" || status === "past_due" || status === "unpaid";
}
