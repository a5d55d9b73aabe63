/** Stripe's side and ours, side by side. Pure. */
import type Stripe from "stripe";
import { planItemOf, presentSubscription } from "@/lib/billing/account/projection";
import type { AccountState } from "@/lib/billing/account/state";
import type { StripeCheck, StripeDifference } from "@/lib/billing/comparison/schema";

/** Stripe's words for a subscription that is charged for, or may be. */
const LIVING: ReadonlySet<string> = new Set(["trialing", "active", "past_due", "unpaid"]);

export type SubscriptionPicture = { id: string | null; status: string; plan: string; periodStart: Date | null; periodEnd: Date | null };
export type InvoicePicture = { id: string; status: string; totalCents: number; paidCents: number; periodStart: Date };

/** What counts of a customer's subscriptions at Stripe. */
export function picture(subscriptions: Stripe.Subscription[]): SubscriptionPicture {
  const subscription = presentSubscription(subscriptions);
  if (!subscription) return { id: null, status: "none", plan: "none", periodStart: null, periodEnd: null };
  const found = planItemOf(subscription);
  return {
    id: subscription.id, status: subscription.status, plan: planWords(found?.planId ?? null, found?.item.price.unit_amount ?? null),
    periodStart: instant(found?.item.current_period_start), periodEnd: instant(found?.item.current_period_end),
  };
}

/** The same of what stands here. */
export function ownPicture({ subscriptionId, status, planId, priceCents, periodStart, periodEnd }: AccountState): SubscriptionPicture {
  return { id: subscriptionId, status, plan: planWords(planId, priceCents), periodStart, periodEnd };
}

export function compareSubscriptions(theirs: SubscriptionPicture, ours: SubscriptionPicture): StripeDifference[] {
  const periodStart = iso(theirs.periodStart ?? ours.periodStart);
  const differ = (check: StripeCheck, expected: string, found: string): StripeDifference[] => (expected === found ? [] : [{ check, periodStart, subject: theirs.id ?? ours.id ?? "subscription", expected, found }]);
  if (theirs.id !== ours.id) return differ("subscription", theirs.id ?? "none", ours.id ?? "none");
  return [
    ...differ("subscription_status", theirs.status, ours.status),
    ...differ("subscription_plan", theirs.plan, ours.plan),
    ...differ("subscription_period", `${iso(theirs.periodStart)} to ${iso(theirs.periodEnd)}`, `${iso(ours.periodStart)} to ${iso(ours.periodEnd)}`),
  ];
}

/** Subscriptions that live beside the one that counts: somebody pays twice. */
export function secondSubscriptions(subscriptions: Stripe.Subscription[]): StripeDifference[] {
  const counts = presentSubscription(subscriptions);
  return subscriptions.filter((one) => one.id !== counts?.id && LIVING.has(one.status))
    .map(({ id, status }): StripeDifference => ({ check: "subscription_second", periodStart: null, subject: id, expected: status, found: "none" }));
}

/** @param theirs and `ours` of the same days; drafts that were thrown away are in neither */
export function compareInvoices(theirs: InvoicePicture[], ours: InvoicePicture[]): StripeDifference[] {
  const here = new Map(ours.map((invoice) => [invoice.id, invoice]));
  const there = new Set(theirs.map(({ id }) => id));
  return [
    ...theirs.flatMap((one) => compareInvoice(one, here.get(one.id) ?? null)),
    ...ours.filter(({ id }) => !there.has(id)).map((one): StripeDifference => ({ check: "invoice_missing", periodStart: iso(one.periodStart), subject: one.id, expected: "none", found: one.status })),
  ];
}

function compareInvoice(theirs: InvoicePicture, ours: InvoicePicture | null): StripeDifference[] {
  const differ = (check: StripeCheck, expected: string | number, found: string | number): StripeDifference[] =>
    expected === found ? [] : [{ check, periodStart: iso(theirs.periodStart), subject: theirs.id, expected: String(expected), found: String(found) }];
  if (!ours) return differ("invoice_missing", theirs.status, "none");
  return [...differ("invoice_status", theirs.status, ours.status), ...differ("invoice_total", theirs.totalCents, ours.totalCents), ...differ("invoice_paid", theirs.paidCents, ours.paidCents)];
}

function planWords(planId: string | null, priceCents: number | null): string {
  return planId === null ? "none" : `${planId} at ${priceCents ?? "no"} cents`;
}

function instant(seconds: number | null | undefined): Date | null {
  return seconds === null || seconds === undefined ? null : new Date(seconds * 1_000);
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
