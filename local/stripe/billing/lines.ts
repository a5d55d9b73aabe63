import { formatDay } from "../world/calendar";
import { newId } from "../world/ids";
import type { InvoiceItem, Line, Price, Subscription, SubscriptionItem } from "../world/wire";
import type { World } from "../world/world";
import { amountOf, formatMoney } from "./money";
import { aggregate } from "./usage";

export interface Period {
  start: number;
  end: number;
}

export const isMetered = (item: { price: Price }): boolean => item.price.recurring?.usage_type === "metered";

export function productName(world: World, price: Price): string {
  return world.tables.products.get(price.product)?.name ?? price.product;
}

/** The lines for a period that is paid in advance. In a trial they cost nothing. */
export function advanceLines(world: World, subscription: Subscription, period: Period, isTrial = false): Line[] {
  return subscription.items.data.filter((item) => !isMetered(item)).map((item) => {
    const quantity = item.quantity ?? 1;
    const name = productName(world, item.price);
    const description = isTrial ? `Trial period for ${name}` : `${quantity} × ${name} (at ${formatMoney(item.price.unit_amount ?? 0)} / ${item.price.recurring?.interval ?? "month"})`;
    return itemLine(subscription, item, { amount: isTrial ? 0 : amountOf(quantity, item.price.unit_amount_decimal ?? "0"), quantity, period, description });
  });
}

/** The lines for what was used in a period that has ended: events from its first second up to, and without, its last. */
export function usageLines(world: World, subscription: Subscription, period: Period): Line[] {
  return subscription.items.data.filter(isMetered).map((item) => {
    const line = itemLine(subscription, item, { amount: 0, quantity: 0, period, description: `${productName(world, item.price)} (usage)` });
    countUsage(world, line, subscription.customer, item);
    return line;
  });
}

/** Reads again what a line for usage comes to. */
export function countUsage(world: World, line: Line, customer: string, item: Pick<SubscriptionItem, "id" | "price">): void {
  const meter = world.tables.meters.get(item.price.recurring?.meter);
  if (!meter) return;
  const quantity = aggregate(world, meter, customer, Math.max(line.period.start, world.hidden(item.id).usage_from ?? 0), line.period.end);
  const billed = quantity > 0n ? quantity : 0n;
  line.quantity = Number(billed);
  line.quantity_decimal = String(billed);
  line.amount = amountOf(billed, item.price.unit_amount_decimal ?? "0");
  line.subtotal = line.amount;
}

/** The line of an invoice item. */
export function pendingLine(item: InvoiceItem): Line {
  const subscription = item.parent?.subscription_details?.subscription ?? null;
  const subscriptionItem = item.parent?.subscription_details?.subscription_item;
  const parent: Line["parent"] = subscriptionItem
    ? { invoice_item_details: null, subscription_item_details: { invoice_item: item.id, proration: item.proration, proration_details: { credited_items: item.proration_details?.credited_items?.invoice_line_item_details ?? null }, subscription, subscription_item: subscriptionItem }, type: "subscription_item_details" }
    : { invoice_item_details: { invoice_item: item.id, proration: item.proration, proration_details: { credited_items: null }, subscription }, subscription_item_details: null, type: "invoice_item_details" };
  return makeLine({
    amount: item.amount, quantity: item.quantity, period: { ...item.period }, description: item.description ?? "", parent, subscription, pricing: item.pricing,
    discountable: item.discountable, metadata: { ...item.metadata },
  });
}

/** The description of a proration. */
export function describeProration(world: World, price: Price, quantity: number, at: number, isCredit: boolean): string {
  const times = quantity === 1 ? "" : `${quantity} × `;
  return `${isCredit ? "Unused" : "Remaining"} time on ${times}${productName(world, price)} after ${formatDay(at)}`;
}

function itemLine(subscription: Subscription, item: SubscriptionItem, given: { amount: number; quantity: number; period: Period; description: string }): Line {
  return makeLine({
    ...given, subscription: subscription.id, discountable: true, metadata: { ...item.metadata },
    parent: { invoice_item_details: null, subscription_item_details: { invoice_item: null, proration: false, proration_details: { credited_items: null }, subscription: subscription.id, subscription_item: item.id }, type: "subscription_item_details" },
    pricing: { price_details: { price: item.price.id, product: item.price.product }, type: "price_details", unit_amount_decimal: item.price.unit_amount_decimal },
  });
}

function makeLine(given: Pick<Line, "amount" | "quantity" | "period" | "description" | "parent" | "subscription" | "pricing" | "discountable" | "metadata">): Line {
  return {
    id: newId("il"), object: "line_item", currency: "usd", discount_amounts: [], discounts: [], invoice: null, livemode: false, pretax_credit_amounts: [], quantity_decimal: String(given.quantity ?? 1),
    subtotal: given.amount, taxes: [], ...given,
  };
}
