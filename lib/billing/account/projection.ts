import type Stripe from "stripe";
import { PLAN_IDS, type PlanId } from "@/lib/billing/plans";
import { isLive, NO_ACCOUNT, SUBSCRIPTION_STATUSES, TAX_ID_VERIFICATIONS, type AccountDiscount, type AccountState, type Card, type CustomerTaxId, type SubscriptionStatus } from "@/lib/billing/account/state";

/** Everything that was fetched for one customer, nothing of it from an event. */
export type AccountSnapshot = {
  /** With `tax_ids` expanded. */
  customer: Stripe.Customer | Stripe.DeletedCustomer;
  /** With `schedule`, `default_payment_method` and the coupons of `discounts` expanded. */
  subscriptions: Stripe.Subscription[];
  /** Open invoices of a subscription that is past due. */
  unpaid: Stripe.Invoice[];
  /** The invoice that a change of the present subscription waits for. */
  pending: { invoice: Stripe.Invoice; needsConfirmation: boolean } | null;
};

/** The id of the product at Stripe that a plan is sold as. */
export function productOf(planId: PlanId): string {
  return `stint_${planId}`;
}

/** What of a customer's subscriptions counts: the newest that lives, else the newest. */
export function presentSubscription(subscriptions: Stripe.Subscription[]): Stripe.Subscription | null {
  const newestFirst = subscriptions.toSorted((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
  return newestFirst.find(({ status }) => isLive(statusOf(status))) ?? newestFirst[0] ?? null;
}

/** The account's row as it follows from what Stripe has now. Pure: the same snapshot makes the same row. */
export function projectAccount({ customer, subscriptions, unpaid, pending }: AccountSnapshot): AccountState {
  const person = customer.deleted ? null : customer;
  const about = { email: person?.email ?? null, country: person?.address?.country ?? null, taxIds: taxIdsOf(person), balanceCents: person?.balance ?? 0 };
  const subscription = person && presentSubscription(subscriptions);
  if (!subscription) return { ...NO_ACCOUNT, ...about, card: cardOf(person?.invoice_settings.default_payment_method) };
  const item = planItemOf(subscription);
  const status = statusOf(subscription.status);
  return {
    ...about,
    subscriptionId: subscription.id,
    status,
    planId: item?.planId ?? null,
    priceCents: item?.item.price.unit_amount ?? null,
    anchorAt: instant(subscription.billing_cycle_anchor),
    periodStart: instant(item?.item.current_period_start),
    periodEnd: instant(item?.item.current_period_end),
    trialStartsAt: instant(subscription.trial_start),
    trialEndsAt: instant(subscription.trial_end),
    cancelAt: isLive(status) ? instant(subscription.cancel_at ?? (subscription.cancel_at_period_end ? item?.item.current_period_end : null)) : null,
    endedAt: instant(subscription.ended_at),
    ...scheduledOf(subscription),
    pastDueSince: pastDueSinceOf(status, unpaid.filter(({ id }) => id !== pending?.invoice.id), subscription.id) ?? lateWithoutInvoice(status, item?.item),
    card: cardOf(subscription.default_payment_method) ?? cardOf(person.invoice_settings.default_payment_method),
    discount: discountOf(subscription.discounts),
    pending: pendingOf(subscription, pending),
  };
}

/** The item of a subscription that is a plan's price, and which plan's. */
export function planItemOf(subscription: Stripe.Subscription): { item: Stripe.SubscriptionItem; planId: PlanId } | null {
  return planAmong(subscription.items.data);
}

function planAmong(items: Stripe.SubscriptionItem[]): { item: Stripe.SubscriptionItem; planId: PlanId } | null {
  for (const item of items) {
    const planId = planOfProduct(item.price.product);
    if (planId) return { item, planId };
  }
  return null;
}

function planOfProduct(product: string | Stripe.Product | Stripe.DeletedProduct | null | undefined): PlanId | null {
  const id = typeof product === "string" ? product : product?.id;
  return PLAN_IDS.find((planId) => productOf(planId) === id) ?? null;
}

/** The phase that follows the present one. Its plan stands in the phase's metadata (`plan_id`): prices in it are bare ids, deeper than Stripe expands. */
function scheduledOf(subscription: Stripe.Subscription): Pick<AccountState, "scheduleId" | "scheduledPlanId" | "scheduledAt"> {
  const { schedule } = subscription;
  if (!schedule || typeof schedule === "string") return { scheduleId: schedule, scheduledPlanId: null, scheduledAt: null };
  const ends = schedule.current_phase?.end_date ?? Number.POSITIVE_INFINITY;
  const after = schedule.phases.find((phase) => phase.start_date >= ends);
  const planId = PLAN_IDS.find((id) => id === after?.metadata?.plan_id) ?? null;
  return { scheduleId: schedule.id, scheduledPlanId: planId, scheduledAt: planId && after ? instant(after.start_date) : null };
}

/** Paid or voided a moment ago it waits no more, whatever the subscription said before that. */
function pendingOf(subscription: Stripe.Subscription, pending: AccountSnapshot["pending"]): AccountState["pending"] {
  const { pending_update: update } = subscription;
  if (!update || pending?.invoice.status !== "open" || !pending.invoice.id) return null;
  const { invoice, needsConfirmation } = pending;
  const planId = (planAmong(update.subscription_items ?? []) ?? planItemOf(subscription))?.planId;
  if (!planId) return null;
  return {
    invoiceId: invoice.id, planId, endsTrial: update.trial_end !== null, dueCents: invoice.amount_remaining, expiresAt: new Date(update.expires_at * 1_000).toISOString(),
    payUrl: invoice.hosted_invoice_url ?? null, needsConfirmation,
  };
}

function pastDueSinceOf(status: SubscriptionStatus, unpaid: Stripe.Invoice[], subscriptionId: string): Date | null {
  if (status !== "past_due" && status !== "unpaid") return null;
  const due = unpaid.filter((invoice) => subscriptionOfInvoice(invoice) === subscriptionId).map((invoice) => invoice.status_transitions.finalized_at ?? invoice.created);
  return due.length === 0 ? null : instant(Math.min(...due));
}

/** Where the unpaid invoice was written off, the period that it was for says since when: without an invoice to pay, grace would have no end. */
function lateWithoutInvoice(status: SubscriptionStatus, item: Stripe.SubscriptionItem | undefined): Date | null {
  return status === "past_due" || status === "unpaid" ? instant(item?.current_period_start) : null;
}

/** The subscription that an invoice is of; null: it is of none. */
export function subscriptionOfInvoice(invoice: Stripe.Invoice): string | null {
  const subscription = invoice.parent?.subscription_details?.subscription;
  return (typeof subscription === "string" ? subscription : subscription?.id) ?? null;
}

function taxIdsOf(person: Stripe.Customer | null): CustomerTaxId[] {
  const oldestFirst = (person?.tax_ids?.data ?? []).toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  return oldestFirst.map(({ type, value, country, verification }) => ({
    type, value, country,
    // Where a country has no register to ask, Stripe says nothing or `unavailable`.
    verification: TAX_ID_VERIFICATIONS.find((one) => one === verification?.status) ?? "unavailable",
  }));
}

function cardOf(method: string | Stripe.PaymentMethod | null | undefined): Card | null {
  if (!method || typeof method === "string" || !method.card) return null;
  const { brand, last4, exp_month, exp_year } = method.card;
  return { brand, last4, expMonth: exp_month, expYear: exp_year };
}

function discountOf(discounts: (string | Stripe.Discount)[]): AccountDiscount | null {
  const [first] = discounts;
  if (!first || typeof first === "string") return null;
  const coupon = first.source.coupon;
  if (!coupon || typeof coupon === "string") return null;
  return { name: coupon.name ?? coupon.id, percentOff: coupon.percent_off, amountOffCents: coupon.amount_off, endsAt: instant(first.end)?.toISOString() ?? null };
}

function statusOf(status: string): SubscriptionStatus {
  const known = SUBSCRIPTION_STATUSES.find((one) => one === status);
  if (!known) throw new Error(`Stripe says a subscription is ${status}, which this code does not know.`);
  return known;
}

function instant(seconds: number | null | undefined): Date | null {
  return seconds === null || seconds === undefined ? null : new Date(seconds * 1_000);
}
