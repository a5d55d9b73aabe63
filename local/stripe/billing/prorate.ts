import { invalid } from "../http/error";
import { create } from "../world/change";
import { newId } from "../world/ids";
import type { InvoiceItem, Subscription } from "../world/wire";
import type { World } from "../world/world";
import type { Priced } from "./items";
import { describeProration, type Period } from "./lines";
import { prorate } from "./money";

/**
 * Puts what a change is worth for the rest of the period on the customer's account: credit for what was paid and is not
 * used, a debit for what takes its place. By the second, each rounded once, half away from zero.
 */
export function addProrations(world: World, subscription: Subscription, before: Priced[], after: Priced[], period: Period, at: number): InvoiceItem[] {
  if (at < period.start || at > period.end) throw invalid("The proration date must be within the current billing period.", "proration_date");
  const left = period.end - at;
  const whole = period.end - period.start;
  const made: InvoiceItem[] = [];
  for (const { id, price, quantity } of before) {
    if (after.some((item) => item.id === id && item.price.id === price.id && item.quantity === quantity)) continue;
    const amount = -prorate(quantity, price.unit_amount_decimal ?? "0", left, whole);
    made.push(add(world, subscription, { id, price, quantity }, amount, { start: at, end: period.end }, true));
  }
  for (const { id, price, quantity } of after) {
    if (before.some((item) => item.id === id && item.price.id === price.id && item.quantity === quantity)) continue;
    const amount = prorate(quantity, price.unit_amount_decimal ?? "0", left, whole);
    made.push(add(world, subscription, { id, price, quantity }, amount, { start: at, end: period.end }, false));
  }
  return made;
}

function add(world: World, subscription: Subscription, { id, price, quantity }: Priced, full: number, period: Period, isCredit: boolean): InvoiceItem {
  const amount = full + 0;
  return create(world, world.tables.invoice_items, {
    id: newId("ii"), object: "invoiceitem", amount, currency: "usd", customer: subscription.customer, customer_account: null, date: world.now(),
    description: describeProration(world, price, quantity, period.start, isCredit), discountable: false, discounts: [], invoice: null, livemode: false, metadata: {}, net_amount: amount,
    parent: { subscription_details: { subscription: subscription.id, subscription_item: id }, type: "subscription_details" }, period,
    pricing: { price_details: { price: price.id, product: price.product }, type: "price_details", unit_amount_decimal: price.unit_amount_decimal }, proration: true,
    proration_details: { credited_items: null, discount_amounts: [] }, quantity, quantity_decimal: String(quantity), tax_rates: [], test_clock: null,
  }, "invoiceitem.created");
}
