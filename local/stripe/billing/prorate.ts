import { invalid } from "../http/error";
import { create } from "../world/change";
import { newId } from "../world/ids";
import type { InvoiceItem, Line, Subscription } from "../world/wire";
import type { World } from "../world/world";
import { applyDiscounts, discountsInForce } from "./discounts";
import type { Priced } from "./items";
import { describeProration, type Period } from "./lines";
import { amountOf, divideHalfUp, prorate } from "./money";

type Credited = NonNullable<NonNullable<InvoiceItem["proration_details"]>["credited_items"]>;

/**
 * Puts what a change is worth for the rest of the period on the customer's account: credit for what was billed and is not
 * used, a debit for what takes its place. By the second, each rounded once, half away from zero; discounts are in both.
 */
export function addProrations(world: World, subscription: Subscription, before: Priced[], after: Priced[], period: Period, at: number): InvoiceItem[] {
  if (at < period.start || at > period.end) throw invalid("The proration date must be within the current billing period.", "proration_date");
  const made: InvoiceItem[] = [];
  for (const item of before) {
    if (isIn(item, after)) continue;
    const billed = findBilled(world, item, period);
    const full = prorate(item.quantity, item.price.unit_amount_decimal ?? "0", period.end - at, period.end - period.start);
    const amount = billed ? part(billed.net, period.end - Math.max(at, billed.period.start), billed.period) : full;
    made.push(add(world, subscription, item, amount === 0 ? 0 : -amount, { start: at, end: period.end }, billed?.credited ?? null, true));
  }
  const added = after.filter((item) => !isIn(item, before));
  const nets = discountedAmounts(world, subscription, added);
  added.forEach((item, index) => {
    const net = nets?.[index];
    const amount = net === undefined ? prorate(item.quantity, item.price.unit_amount_decimal ?? "0", period.end - at, period.end - period.start) : part(net, period.end - at, period);
    made.push(add(world, subscription, item, amount, { start: at, end: period.end }, null, false));
  });
  return made;
}

/** What was billed for an item for the time until the period's end, after discounts: a line of an invoice, or what waits for one. */
function findBilled(world: World, { id, price }: Priced, { end }: Period): { net: number; period: Period; credited: Credited | null } | null {
  for (const invoice of world.tables.invoices.all().toReversed()) {
    if (invoice.status === "void") continue;
    const line = invoice.lines.data.findLast((each) => isDebitOf(each, id, price.id) && each.period.end === end);
    if (!line) continue;
    const net = line.amount - (line.discount_amounts ?? []).reduce((sum, each) => sum + each.amount, 0);
    return { net, period: line.period, credited: { invoice_line_item_details: { invoice: invoice.id, invoice_line_items: [line.id] }, type: "invoice_line_items" } };
  }
  const waiting = world.tables.invoice_items.all().findLast((row) => row.invoice === null && row.parent?.subscription_details?.subscription_item === id && row.pricing?.price_details?.price === price.id && row.amount > 0 && row.period.end === end);
  return waiting ? { net: waiting.amount, period: waiting.period, credited: { invoice_item: waiting.id, type: "invoice_item" } } : null;
}

function isDebitOf(line: Line, item: string, price: string): boolean {
  return line.parent?.subscription_item_details?.subscription_item === item && line.pricing?.price_details?.price === price && line.amount > 0;
}

function part(amount: number, seconds: number, { start, end }: Period): number {
  return divideHalfUp(BigInt(amount) * BigInt(seconds), BigInt(end - start));
}

/** Amounts of a whole period with what the subscription's discounts take off; null without discounts. */
function discountedAmounts(world: World, subscription: Subscription, items: Priced[]): number[] | null {
  const discounts = discountsInForce(world, subscription.discounts, world.now());
  if (discounts.length === 0) return null;
  const lines = items.map(({ price, quantity }) => ({ amount: amountOf(quantity, price.unit_amount_decimal ?? "0"), discountable: true, discount_amounts: [] as NonNullable<Line["discount_amounts"]> }));
  applyDiscounts(world, lines, discounts);
  return lines.map((line) => line.amount - line.discount_amounts.reduce((sum, each) => sum + each.amount, 0));
}

function isIn({ id, price, quantity }: Priced, others: Priced[]): boolean {
  return others.some((item) => item.id === id && item.price.id === price.id && item.quantity === quantity);
}

function add(world: World, subscription: Subscription, { id, price, quantity }: Priced, amount: number, period: Period, credited: Credited | null, isCredit: boolean): InvoiceItem {
  return create(world, world.tables.invoice_items, {
    id: newId("ii"), object: "invoiceitem", amount, currency: "usd", customer: subscription.customer, customer_account: null, date: world.now(),
    description: describeProration(world, price, quantity, period.start, isCredit), discountable: false, discounts: [], invoice: null, livemode: false, metadata: {}, net_amount: amount,
    parent: { subscription_details: { subscription: subscription.id, subscription_item: id }, type: "subscription_details" }, period,
    pricing: { price_details: { price: price.id, product: price.product }, type: "price_details", unit_amount_decimal: price.unit_amount_decimal }, proration: true,
    proration_details: { credited_items: credited, discount_amounts: [] }, quantity, quantity_decimal: String(quantity), tax_rates: [], test_clock: null,
  }, "invoiceitem.created");
}
