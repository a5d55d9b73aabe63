/** What is sold, as Stripe has it: prices are found by their lookup keys, made by `npm run stripe:setup` from lib/billing/plans.ts. */
import { AppError } from "@/lib/core/errors";
import { MINUTE_MS } from "@/lib/core/time";
import { processSingleton } from "@/lib/platform/process-singleton";
import { stripe } from "@/lib/platform/stripe";
import { PLAN_IDS, PLANS, type Plan, type PlanId } from "@/lib/billing/plans";

export const OVERAGE_PRODUCT = "stint_overage";
/** Name of the one meter's events; its values are micro-dollars. */
export const METER_EVENT = "stint_overage";
/** Where a meter event says whose it is, and how much. */
export const METER_CUSTOMER_KEY = "stripe_customer_id";
export const METER_VALUE_KEY = "value";
/** One micro-dollar is 0.0001 cents: nothing is lost by rounding, and Stripe rounds once an invoice line. */
export const OVERAGE_PRICE_KEY = "stint_overage_micros";
export const OVERAGE_UNIT_CENTS = "0.0001";
/** Marks the portal's configuration among others of the same Stripe account. */
export const PORTAL_MARK = { stint: "portal" } as const;

/** For how long a process takes the prices for what they were. */
const KEPT_MS = MINUTE_MS;

export type Catalogue = { priceOf: Partial<Record<PlanId, string>>; overagePriceId: string; portalId: string | null };

/** Whether anybody can buy the plan with a card, at a price of the table. */
export function isSold(plan: Plan): boolean {
  return plan.priceCents !== null && plan.priceCents > 0;
}

/** The lookup key of a plan's price. The amount is in it: a changed price is another one, and who subscribed before keeps theirs. */
export function priceKeyOf(plan: Plan): string {
  return `stint_${plan.id}_${plan.priceCents}`;
}

/** The prices and the portal at Stripe, asked at most once a minute. @throws AppError `unavailable` before `npm run stripe:setup` */
export async function readCatalogue(): Promise<Catalogue> {
  const kept = cache();
  if (kept.value && kept.until > Date.now()) return kept.value;
  const plans = PLAN_IDS.map((id) => PLANS[id]).filter(isSold);
  const [prices, portals] = await Promise.all([
    stripe().prices.list({ lookup_keys: [...plans.map(priceKeyOf), OVERAGE_PRICE_KEY], active: true, limit: 100 }),
    stripe().billingPortal.configurations.list({ active: true, limit: 100 }),
  ]);
  const idOf = (key: string): string => {
    const found = prices.data.find((price) => price.lookup_key === key);
    if (!found) throw new AppError("unavailable", "Plans cannot be sold for the moment: they are not set up. Nothing was changed.", { cause: new Error(`Stripe has no price ${key}: run npm run stripe:setup.`) });
    return found.id;
  };
  kept.value = {
    priceOf: Object.fromEntries(plans.map((plan) => [plan.id, idOf(priceKeyOf(plan))])),
    overagePriceId: idOf(OVERAGE_PRICE_KEY),
    portalId: portals.data.find((portal) => portal.metadata?.stint === PORTAL_MARK.stint)?.id ?? null,
  };
  kept.until = Date.now() + KEPT_MS;
  return kept.value;
}

/** The price of a plan that is sold. @throws AppError `conflict` for one that is not */
export async function requirePriceOf(planId: PlanId): Promise<string> {
  const price = (await readCatalogue()).priceOf[planId];
  if (price === undefined) throw new AppError("conflict", `${PLANS[planId].name} cannot be bought here. Nothing was changed.`);
  return price;
}

/** Both items of a subscription to this plan: its price, and the meter's. */
export async function itemsOf(planId: PlanId): Promise<[{ price: string; quantity: number }, { price: string }]> {
  const price = await requirePriceOf(planId);
  return [{ price, quantity: 1 }, { price: (await readCatalogue()).overagePriceId }];
}

/** Lets the next reader ask Stripe again. */
export function forgetCatalogue(): void {
  cache().value = null;
}

function cache(): { value: Catalogue | null; until: number } {
  return processSingleton("billing.catalogue", () => ({ value: null, until: 0 }));
}
