import { ApiError, invalid, missing, missingParameter } from "../http/error";
import { clearable, count, flag, integer, list, mergeMetadata, metadata, object, oneOf, required, text, decimal, type Read } from "../http/kinds";
import { makePrice } from "../resources/make-price";
import { newId } from "../world/ids";
import type { Plan, Price, Subscription, SubscriptionItem } from "../world/wire";
import type { World } from "../world/world";
import { isMetered, type Period } from "./lines";

const priceData = object({
  currency: required(text), product: required(text), recurring: required(object({ interval: required(oneOf("day", "week", "month", "year")), interval_count: integer })),
  tax_behavior: oneOf("exclusive", "inclusive", "unspecified"), unit_amount: count, unit_amount_decimal: decimal,
});
const itemFields = { price: text, price_data: priceData, quantity: count, metadata };
export const newItems = list(object(itemFields));
export const changedItems = list(object({ ...itemFields, id: text, deleted: flag, clear_usage: flag, price: clearable }));
export type ItemChange = { id?: string; price?: string | null; price_data?: Read<{ d: typeof priceData }>["d"]; quantity?: number; metadata?: Record<string, string | null> | null; deleted?: boolean };

/** What of an item counts for a proration. */
export interface Priced {
  id: string;
  price: Price;
  quantity: number;
}

export const MAX_ITEMS = 20;

/** Makes the items of a subscription from what a call gives. Throws ApiError. */
export function makeItems(world: World, subscription: string, given: ItemChange[], period: Period): SubscriptionItem[] {
  const items = given.map((each, index) => makeItem(world, subscription, each, period, `items[${index}]`));
  requireFitting(items);
  return items;
}

/** Changes the items of a subscription in place, and says what they were before. */
export function changeItems(world: World, subscription: Subscription, changes: ItemChange[], period: Period): void {
  const items = subscription.items.data;
  changes.forEach((change, index) => {
    const at = `items[${index}]`;
    if (change.id === undefined) {
      items.push(makeItem(world, subscription.id, change, period, at));
      return;
    }
    const place = items.findIndex((row) => row.id === change.id);
    const item = items[place];
    if (!item) throw missingParameter("subscription item", change.id, `${at}[id]`);
    if (change.deleted) {
      items.splice(place, 1);
      return;
    }
    const price = readPrice(world, change, at);
    if (price && price.id !== item.price.id) {
      item.price = price;
      item.plan = planOf(price);
      if (isMetered(item)) {
        delete item.quantity;
        world.hide(item.id, { usage_from: world.now() });
      }
    }
    if (change.quantity !== undefined) setQuantity(item, change.quantity, at);
    if (!isMetered(item)) item.quantity ??= 1;
    item.metadata = mergeMetadata(item.metadata, change.metadata);
  });
  requireFitting(items);
}

export function pricedOf(items: SubscriptionItem[]): Priced[] {
  return items.filter((item) => !isMetered(item)).map((item) => ({ id: item.id, price: item.price, quantity: item.quantity ?? 1 }));
}

/** The object that older versions of the API had for a price; items still carry it. */
export function planOf(price: Price): Plan {
  const { recurring } = price;
  if (!recurring) throw new Error(`${price.id} is no recurring price`);
  return {
    id: price.id, object: "plan", active: price.active, amount: price.unit_amount, amount_decimal: price.unit_amount_decimal, billing_scheme: price.billing_scheme, created: price.created, currency: price.currency,
    interval: recurring.interval, interval_count: recurring.interval_count, livemode: false, metadata: price.metadata, meter: recurring.meter, nickname: price.nickname, product: price.product, tiers_mode: null,
    transform_usage: null, trial_period_days: null, usage_type: recurring.usage_type,
  };
}

function makeItem(world: World, subscription: string, given: ItemChange, period: Period, at: string): SubscriptionItem {
  const price = readPrice(world, given, at);
  if (!price) throw new ApiError(400, { code: "parameter_missing", message: `Missing required param: ${at}[price].`, param: `${at}[price]` });
  const item: SubscriptionItem = {
    id: newId("si", 14), object: "subscription_item", billing_thresholds: null, created: world.now(), current_period_end: period.end, current_period_start: period.start, current_trial: null, discounts: [],
    metadata: mergeMetadata({}, given.metadata), plan: planOf(price), price, subscription, tax_rates: [],
  };
  if (isMetered(item)) world.hide(item.id, { usage_from: world.now() });
  if (!isMetered(item)) item.quantity = 1;
  if (given.quantity !== undefined) setQuantity(item, given.quantity, at);
  return item;
}

function setQuantity(item: SubscriptionItem, quantity: number, at: string): void {
  if (isMetered(item)) throw invalid(`You cannot set the quantity for metered plans (${item.price.id}).`, `${at}[quantity]`);
  item.quantity = quantity;
}

function readPrice(world: World, { price: id, price_data: inline }: ItemChange, at: string): Price | null {
  if (inline) {
    const made = makePrice(world, inline);
    world.hide(made.id, { is_inline: true });
    return structuredClone(world.tables.prices.put(made.id, made));
  }
  if (!id) return null;
  const price = world.tables.prices.get(id);
  if (!price) throw missing("price", id, `${at}[price]`);
  if (!price.active) throw invalid(`The price specified is inactive. This field only accepts active prices.`, `${at}[price]`);
  if (!price.recurring) throw invalid("The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.", `${at}[price]`);
  return structuredClone(price);
}

function requireFitting(items: SubscriptionItem[]): void {
  if (items.length === 0) throw invalid("Subscriptions must have at least one active item.", "items");
  if (items.length > MAX_ITEMS) throw invalid(`Subscriptions can have up to ${MAX_ITEMS} items.`, "items");
  const [first, ...others] = items.map((item) => `${item.price.recurring?.interval} ${item.price.recurring?.interval_count}`);
  if (others.some((each) => each !== first)) throw invalid("The sandbox bills all items of a subscription in the same interval.", "items");
  const prices = items.map((item) => item.price.id);
  const twice = prices.find((id, index) => prices.indexOf(id) !== index);
  if (twice !== undefined) throw invalid(`Cannot add multiple subscription items with the same price: ${twice}`, "items");
}
