/** Makes Stripe have what was agreed. Every write says what it means in its key, so that asking again does nothing twice. */
import { createHash } from "node:crypto";
import type Stripe from "stripe";
import { env } from "@/lib/platform/env";
import { stripe } from "@/lib/platform/stripe";
import { planItemOf, productOf } from "@/lib/billing/account/projection";
import { collectionOf, type Contract, type Sold, type Step } from "@/lib/billing/contract/policy";

const OVERAGE_PRODUCT = "stint_overage";
const OVERAGE_PRICE_KEY = "stint_overage_micros";

/** What counts of a subscription for a contract. */
export function soldOf(subscription: Stripe.Subscription, status: Sold["status"]): Sold {
  const plan = planItemOf(subscription);
  const periodEnd = plan?.item.current_period_end;
  return {
    status, planId: plan?.planId ?? null, priceCents: plan?.item.price.unit_amount ?? null,
    hasOverageItem: subscription.items.data.some(({ price }) => (typeof price.product === "string" ? price.product : price.product.id) === OVERAGE_PRODUCT),
    collection: subscription.collection_method, daysUntilDue: subscription.days_until_due,
    cancels: subscription.cancel_at_period_end || subscription.cancel_at !== null,
    periodEnd: periodEnd === undefined ? null : new Date(periodEnd * 1_000),
  };
}

type About = { tenantId: string; contract: Contract; overage: boolean; customerId: string; country: string | null };

/** Does one step. @throws whatever Stripe answers */
export async function takeStep(step: Step, about: About, subscription: Stripe.Subscription | null): Promise<void> {
  if (step.kind === "create") return create(about);
  if (!subscription) return;
  if ((step.kind === "cancel" || step.kind === "change") && subscription.pending_update && typeof subscription.latest_invoice === "string") {
    // What was asked for before the contract and waits for its payment is not paid for beside it.
    const id = subscription.latest_invoice;
    await stripe().invoices.voidInvoice(id, {}, { idempotencyKey: `contract_drop:${about.tenantId}:${id}` });
  }
  if (step.kind === "cancel") return update(about, subscription.id, { cancel_at_period_end: true });
  if (step.kind !== "change") return;
  if (subscription.schedule) {
    // Stripe lets nobody change a subscription that a schedule leads.
    const id = typeof subscription.schedule === "string" ? subscription.schedule : subscription.schedule.id;
    await stripe().subscriptionSchedules.release(id, {}, { idempotencyKey: `contract_release:${about.tenantId}:${id}` });
  }
  const { contract } = about;
  const item = planItemOf(subscription)?.item.id;
  await update(about, subscription.id, {
    items: [
      ...(step.replace ? [{ ...(item === undefined ? {} : { id: item }), price_data: priceOf(contract), quantity: 1 }] : []),
      ...(step.addOverage ? [{ price: await overagePrice() }] : []),
    ],
    proration_behavior: step.prorate ? "always_invoice" : "none",
    collection_method: collectionOf(contract), ...(contract.daysUntilDue === null ? {} : { days_until_due: contract.daysUntilDue }),
    cancel_at_period_end: step.cancels,
    ...(subscription.status === "trialing" ? { trial_end: "now" as const } : {}),
  });
}

async function create(about: About): Promise<void> {
  const { tenantId, contract, overage, customerId, country } = about;
  const params: Stripe.SubscriptionCreateParams = {
    customer: customerId,
    items: [{ price_data: priceOf(contract), quantity: 1 }, ...(overage ? [{ price: await overagePrice() }] : [])],
    collection_method: collectionOf(contract), ...(contract.daysUntilDue === null ? {} : { days_until_due: contract.daysUntilDue }),
    metadata: { tenant_id: tenantId },
    // Without an address there is nothing to work tax out from.
    ...(env().STRIPE_TAX === "on" && country !== null ? { automatic_tax: { enabled: true } } : {}),
  };
  await stripe().subscriptions.create(params, { idempotencyKey: keyOf("contract_create", about, params) });
}

async function update(about: About, id: string, params: Stripe.SubscriptionUpdateParams): Promise<void> {
  await stripe().subscriptions.update(id, params, { idempotencyKey: keyOf("contract_change", about, { id, ...params }) });
}

/** One for these terms and what was found at Stripe: a later step of the same contract is another write. */
function keyOf(deed: string, { tenantId, contract }: About, params: object): string {
  return [deed, tenantId, contract.updatedAt.getTime(), createHash("sha256").update(JSON.stringify(params)).digest("hex").slice(0, 16)].join(":");
}

function priceOf({ priceCents }: Contract) {
  return { currency: "usd", product: productOf("enterprise"), recurring: { interval: "month" as const }, unit_amount: priceCents };
}

async function overagePrice(): Promise<string> {
  const { data } = await stripe().prices.list({ lookup_keys: [OVERAGE_PRICE_KEY], active: true, limit: 1 });
  if (!data[0]) throw new Error(`Stripe has no price ${OVERAGE_PRICE_KEY}: run npm run stripe:setup.`);
  return data[0].id;
}
