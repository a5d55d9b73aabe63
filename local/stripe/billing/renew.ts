import { endOfPeriod, type Interval } from "../world/calendar";
import { requireRow, tellChange, update } from "../world/change";
import type { Invoice, Subscription } from "../world/wire";
import type { World } from "../world/world";
import { billTheEnd } from "./cancel";
import { draftInvoice } from "./invoices";
import { advanceLines, usageLines } from "./lines";
import { endSubscription, periodOf } from "./subscription-state";

/** The next period of a subscription: its invoice is a draft for an hour, in which usage still arrives. */
export function renew(world: World, id: string): Invoice {
  const subscription = requireRow(world.tables.subscriptions, id, "subscription");
  const before = structuredClone(subscription);
  const old = periodOf(subscription);
  const used = subscription.status === "trialing" ? [] : usageLines(world, subscription, old);
  world.tables.subscriptions.edit(id, (row) => {
    const every = row.items.data[0]?.price.recurring as Interval;
    if (row.status === "trialing") row.status = "active";
    for (const item of row.items.data) Object.assign(item, { current_period_start: old.end, current_period_end: endOfPeriod(old.end, row.billing_cycle_anchor, every) });
  });
  const invoice = draftInvoice(world, {
    customer: subscription.customer, subscription, reason: "subscription_cycle", lines: [...used, ...advanceLines(world, subscription, periodOf(subscription))], period: old, takesPending: true, discounts: subscription.discounts,
  });
  world.tables.subscriptions.edit(id, (row) => (row.latest_invoice = invoice.id));
  tellChange(world, "customer.subscription.updated", before, subscription);
  return invoice;
}

/** The end that was asked for has come. What was used in the last period is billed like any other. */
export function endAsAsked(world: World, id: string): Subscription {
  const subscription = requireRow(world.tables.subscriptions, id, "subscription");
  billTheEnd(world, subscription, { start: periodOf(subscription).start, end: world.now() }, false);
  return endSubscription(world, id, { reason: "cancellation_requested" });
}

/** A trial is over: it is paid for from now on, or ends, or pauses, as its settings and the customer's card say. */
export function endTrial(world: World, id: string): void {
  const subscription = requireRow(world.tables.subscriptions, id, "subscription");
  const customer = world.tables.customers.get(subscription.customer);
  const hasCard = subscription.default_payment_method !== null || (customer?.invoice_settings?.default_payment_method ?? null) !== null;
  const missing = subscription.trial_settings?.end_behavior.missing_payment_method;
  if (!hasCard && missing === "cancel" && subscription.collection_method === "charge_automatically") {
    endSubscription(world, id, { reason: null });
    return;
  }
  if (!hasCard && missing === "pause") {
    update(world, world.tables.subscriptions, id, "customer.subscription.updated", (row) => (row.status = "paused"), ["customer.subscription.paused"]);
    return;
  }
  renew(world, id);
}
