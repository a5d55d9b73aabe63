import { invalid } from "../http/error";
import { requireRow, update } from "../world/change";
import type { Subscription } from "../world/wire";
import type { World } from "../world/world";
import { collect } from "./collect";
import { finalizeInvoice } from "./finalize";
import { draftInvoice } from "./invoices";
import { pricedOf } from "./items";
import { usageLines } from "./lines";
import { addProrations } from "./prorate";
import { endSubscription, isOver, periodOf } from "./subscription-state";

/** Ends a subscription at once. Without `invoice_now` what was used in the period that runs is never billed. */
export function cancelSubscription(world: World, id: string, given: { reason: "cancellation_requested"; invoice_now?: boolean; prorate?: boolean; details?: { comment?: string | null; feedback?: string | null } }): Subscription {
  const subscription = requireRow(world.tables.subscriptions, id, "subscription");
  if (isOver(subscription)) throw invalid(`No such subscription: '${id}'`, "id", "resource_missing");
  const period = periodOf(subscription);
  const now = world.now();
  if (given.prorate && subscription.status !== "trialing") addProrations(world, subscription, pricedOf(subscription.items.data), [], period, Math.min(now, period.end));
  if (given.invoice_now) billTheEnd(world, subscription, { start: period.start, end: now }, true);
  return endSubscription(world, id, given);
}

/** The last invoice of a subscription: what was used, and what waits. None when that is nothing. */
export function billTheEnd(world: World, subscription: Subscription, period: { start: number; end: number }, isImmediate: boolean): void {
  const used = subscription.status === "trialing" ? [] : usageLines(world, subscription, period);
  const pending = world.tables.invoice_items.all().some((row) => row.customer === subscription.customer && row.invoice === null);
  if (used.length === 0 && !pending) return;
  if (isImmediate && !pending && used.every((line) => line.amount === 0)) return;
  const invoice = draftInvoice(world, { customer: subscription.customer, subscription, reason: isImmediate ? "subscription_update" : "subscription_cycle", lines: used, period, takesPending: true, discounts: subscription.discounts });
  update(world, world.tables.subscriptions, subscription.id, null, (row) => (row.latest_invoice = invoice.id));
  if (!isImmediate || invoice.collection_method === "send_invoice") return;
  finalizeInvoice(world, invoice.id);
  if (invoice.status === "open") collect(world, invoice.id, { offSession: true });
}
