/** Makes at Stripe what is sold here. Every part is looked for first, so that it can run at every start and beside itself. */
import Stripe from "stripe";
import { stripe } from "@/lib/platform/stripe";
import { productOf } from "@/lib/billing/account/projection";
import {
  forgetCatalogue, isSold, METER_CUSTOMER_KEY, METER_EVENT, METER_VALUE_KEY, OVERAGE_PRICE_KEY, OVERAGE_PRODUCT, OVERAGE_UNIT_CENTS, PORTAL_MARK, priceKeyOf,
} from "@/lib/billing/catalogue";
import { keyOfSetup } from "@/lib/billing/idempotency-keys";
import { PLAN_IDS, PLANS, type Plan } from "@/lib/billing/plans";
import { isMissing, isRefused } from "@/lib/billing/stripe-errors";

/** Software as a service, for business use; Stripe Tax goes by it. */
const TAX_CODE = "txcd_10103001";

export type SetupLine = { object: "product" | "price" | "meter" | "portal"; name: string; id: string; outcome: "made" | "changed" | "found" };

/**
 * Brings products, prices, the meter and the portal's configuration to what lib/billing/plans.ts says, and says what it made
 * or found. It takes nothing away: whoever subscribed at an older price keeps it.
 * @param at default: the account of STRIPE_SECRET_KEY
 */
export async function setUpStripe(at: Stripe = stripe()): Promise<SetupLine[]> {
  const lines: SetupLine[] = [];
  for (const plan of PLAN_IDS.map((id) => PLANS[id])) {
    if (plan.priceCents === 0) continue;
    lines.push(await ensureProduct(at, productOf(plan.id), `Stint ${plan.name}`));
    if (isSold(plan)) lines.push(await ensurePrice(at, planPrice(plan)));
  }
  lines.push(await ensureProduct(at, OVERAGE_PRODUCT, "Stint overage", "Agent-minutes and model spend past what the plan includes."));
  const meter = await ensureMeter(at);
  lines.push(meter, await ensurePrice(at, {
    lookup_key: OVERAGE_PRICE_KEY, product: OVERAGE_PRODUCT, currency: "usd", nickname: "Overage, a micro-dollar", tax_behavior: "exclusive",
    unit_amount_decimal: Stripe.Decimal.from(OVERAGE_UNIT_CENTS), recurring: { interval: "month", usage_type: "metered", meter: meter.id },
  }), await ensurePortal(at));
  forgetCatalogue();
  return lines;
}

function planPrice(plan: Plan): Stripe.PriceCreateParams & { lookup_key: string } {
  return { lookup_key: priceKeyOf(plan), product: productOf(plan.id), currency: "usd", unit_amount: plan.priceCents ?? 0, nickname: `${plan.name}, a month`, tax_behavior: "exclusive", recurring: { interval: "month" } };
}

async function ensureProduct(at: Stripe, id: string, name: string, description?: string): Promise<SetupLine> {
  const settings = { name, tax_code: TAX_CODE, ...(description ? { description } : {}) };
  const found = await orNull(() => at.products.retrieve(id));
  if (found) {
    if (found.active && found.name === name) return { object: "product", name: id, id, outcome: "found" };
    await at.products.update(id, { ...settings, active: true });
    return { object: "product", name: id, id, outcome: "changed" };
  }
  try {
    await at.products.create({ id, ...settings }, { idempotencyKey: keyOfSetup("create_product", id, settings) });
    return { object: "product", name: id, id, outcome: "made" };
  } catch (error) {
    // Another process was faster.
    if (isRefused(error) && (await orNull(() => at.products.retrieve(id)))) return { object: "product", name: id, id, outcome: "found" };
    throw error;
  }
}

async function ensurePrice(at: Stripe, settings: Stripe.PriceCreateParams & { lookup_key: string }): Promise<SetupLine> {
  const name = settings.lookup_key;
  const find = async () => (await at.prices.list({ lookup_keys: [name], active: true, limit: 1 })).data[0];
  const made = await findOrMake(find, () => at.prices.create(settings, { idempotencyKey: keyOfSetup("create_price", name, settings) }));
  return { object: "price", name, ...made };
}

async function ensureMeter(at: Stripe): Promise<SetupLine> {
  const settings = {
    display_name: "Overage in micro-dollars", event_name: METER_EVENT, default_aggregation: { formula: "sum" as const },
    customer_mapping: { type: "by_id" as const, event_payload_key: METER_CUSTOMER_KEY }, value_settings: { event_payload_key: METER_VALUE_KEY },
  };
  const find = async () => (await at.billing.meters.list({ status: "active", limit: 100 })).data.find((meter) => meter.event_name === METER_EVENT);
  const made = await findOrMake(find, () => at.billing.meters.create(settings, { idempotencyKey: keyOfSetup("create_meter", METER_EVENT, settings) }));
  return { object: "meter", name: METER_EVENT, ...made };
}

async function ensurePortal(at: Stripe): Promise<SetupLine> {
  const settings = {
    business_profile: { headline: "Payment method, address, tax id and invoices of your Stint workspace." },
    features: {
      customer_update: { enabled: true, allowed_updates: ["name" as const, "email" as const, "address" as const, "tax_id" as const] },
      invoice_history: { enabled: true }, payment_method_update: { enabled: true },
      // Plans are changed on our own pages, which say what will not fit.
      subscription_cancel: { enabled: false }, subscription_update: { enabled: false },
    },
  };
  const found = (await at.billingPortal.configurations.list({ active: true, limit: 100 })).data.find((portal) => portal.metadata?.stint === PORTAL_MARK.stint);
  if (found) {
    await at.billingPortal.configurations.update(found.id, settings);
    return { object: "portal", name: "portal", id: found.id, outcome: "found" };
  }
  const made = await at.billingPortal.configurations.create({ ...settings, metadata: PORTAL_MARK }, { idempotencyKey: keyOfSetup("create_portal", "portal", settings) });
  return { object: "portal", name: "portal", id: made.id, outcome: "made" };
}

async function findOrMake(find: () => Promise<{ id: string } | undefined>, make: () => Promise<{ id: string }>): Promise<Pick<SetupLine, "id" | "outcome">> {
  const before = await find();
  if (before) return { id: before.id, outcome: "found" };
  try {
    return { id: (await make()).id, outcome: "made" };
  } catch (error) {
    const meanwhile = isRefused(error) ? await find() : undefined;
    if (meanwhile) return { id: meanwhile.id, outcome: "found" };
    throw error;
  }
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
