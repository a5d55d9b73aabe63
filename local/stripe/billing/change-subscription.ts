import { ApiError, invalid, missingParameter } from "../http/error";
import { endOfPeriod, type Interval } from "../world/calendar";
import { requireRow, tellChange, update } from "../world/change";
import type { Invoice, Subscription } from "../world/wire";
import type { World } from "../world/world";
import { attachCard } from "./cards";
import { collect, settled } from "./collect";
import { startDiscounts, type DiscountParam } from "./discounts";
import { finalizeInvoice } from "./finalize";
import { draftInvoice } from "./invoices";
import { changeItems, pricedOf, type ItemChange } from "./items";
import { advanceLines, usageLines } from "./lines";
import { paymentError } from "./payment";
import { dropPending, keepForLater } from "./pending-update";
import { addProrations } from "./prorate";
import { isOver, periodOf } from "./subscription-state";

export interface SubscriptionChange {
  items?: ItemChange[];
  proration_behavior?: "always_invoice" | "create_prorations" | "none";
  proration_date?: number;
  payment_behavior?: "allow_incomplete" | "default_incomplete" | "error_if_incomplete" | "pending_if_incomplete";
  off_session?: boolean;
  trial_end?: number | "now";
  billing_cycle_anchor?: "now" | "unchanged";
  cancel_at_period_end?: boolean;
  cancel_at?: number | null;
  cancellation_details?: { comment?: string | null; feedback?: string | null };
  default_payment_method?: string;
  discounts?: DiscountParam[] | null;
  automatic_tax?: boolean;
  collection_method?: "charge_automatically" | "send_invoice";
  days_until_due?: number;
  description?: string | null;
  missing_payment_method?: "cancel" | "create_invoice" | "pause";
  save_default_payment_method?: "off" | "on_subscription";
  /** Replaces them: already merged. */
  metadata?: Record<string, string>;
}

/** Changes a subscription, and bills what the change says. `isPreview`: leaves the invoice a draft and takes no payment. */
export function changeSubscription(world: World, id: string, change: SubscriptionChange, isPreview = false): { subscription: Subscription; invoice: Invoice | null } {
  const subscription = requireRow(world.tables.subscriptions, id, "subscription");
  requireChangeable(subscription, change);
  const restarts = change.trial_end === "now" || change.billing_cycle_anchor === "now";
  // What waits is replaced by what is asked for now.
  if (restarts || change.items) dropPending(world, id);
  const before = structuredClone(subscription);
  // The event tells what came of it all, so the change itself is made without one.
  const event = restarts || change.items ? null : "customer.subscription.updated";
  update(world, world.tables.subscriptions, id, event, (row) => applyPlain(world, row, change));
  if (event !== null) return { subscription, invoice: null };
  const invoice = restarts ? restart(world, subscription, before, change) : reprice(world, subscription, before, change);
  if (invoice && !isPreview) pay(world, subscription, before, invoice, change);
  tellChange(world, "customer.subscription.updated", before, subscription);
  return { subscription, invoice };
}

/** New items in the period that runs: prorations, and with `always_invoice` the invoice for them. */
function reprice(world: World, subscription: Subscription, before: Subscription, change: SubscriptionChange): Invoice | null {
  const period = periodOf(before);
  world.tables.subscriptions.edit(subscription.id, (row) => changeItems(world, row, change.items ?? [], period));
  const behavior = change.proration_behavior ?? "create_prorations";
  if (behavior === "none" || before.status === "trialing") return null;
  const at = change.proration_date ?? world.now();
  const items = addProrations(world, subscription, pricedOf(before.items.data), pricedOf(subscription.items.data), period, at);
  if (behavior !== "always_invoice" || items.length === 0) return null;
  return draftInvoice(world, {
    customer: subscription.customer, subscription, reason: "subscription_update", lines: [], period: { start: world.now(), end: world.now() }, takesPending: true, discounts: [], prorationDate: at,
  });
}

/** A new period from now on: the end of a trial before its time, or a new anchor. */
function restart(world: World, subscription: Subscription, before: Subscription, change: SubscriptionChange): Invoice | null {
  const now = world.now();
  const old = periodOf(before);
  const used = before.status === "trialing" ? [] : usageLines(world, before, { start: old.start, end: now });
  world.tables.subscriptions.edit(subscription.id, (row) => {
    if (change.items) changeItems(world, row, change.items, old);
    if (row.status === "trialing") row.status = "active";
    if (before.status === "trialing") row.trial_end = now;
    row.billing_cycle_anchor = now;
  });
  if (before.status !== "trialing" && change.proration_behavior !== "none") addProrations(world, subscription, pricedOf(before.items.data), [], old, change.proration_date ?? now);
  world.tables.subscriptions.edit(subscription.id, (row) => {
    const every = row.items.data[0]?.price.recurring as Interval;
    for (const item of row.items.data) Object.assign(item, { current_period_start: now, current_period_end: endOfPeriod(now, now, every) });
    if (row.cancel_at_period_end) row.cancel_at = periodOf(row).end;
  });
  return draftInvoice(world, {
    customer: subscription.customer, subscription, reason: "subscription_update", lines: [...used, ...advanceLines(world, subscription, periodOf(subscription))], period: { start: old.start, end: now }, takesPending: true, discounts: subscription.discounts,
  });
}

function pay(world: World, subscription: Subscription, before: Subscription, invoice: Invoice, change: SubscriptionChange): void {
  world.tables.subscriptions.edit(subscription.id, (row) => (row.latest_invoice = invoice.id));
  if (subscription.collection_method === "send_invoice") return;
  finalizeInvoice(world, invoice.id);
  if (invoice.status === "paid") return settled(world, invoice);
  const behavior = change.payment_behavior ?? "allow_incomplete";
  if (invoice.status !== "open" || behavior === "default_incomplete") return;
  if (behavior === "pending_if_incomplete") world.hide(subscription.id, { pending_update: { invoice: invoice.id } });
  const outcome = collect(world, invoice.id, { offSession: change.off_session ?? false });
  if (behavior !== "pending_if_incomplete") {
    if (outcome.kind !== "paid" && behavior === "error_if_incomplete") throw paymentError(world, invoice, outcome, "subscription_payment_intent_requires_action", true);
    return;
  }
  if (outcome.kind === "paid") return world.hide(subscription.id, { pending_update: undefined });
  keepForLater(world, subscription.id, before, invoice.id, { items: change.items !== undefined, trialEnd: change.trial_end !== undefined, anchor: change.billing_cycle_anchor === "now" });
}

function applyPlain(world: World, row: Subscription, change: SubscriptionChange): void {
  const { end } = periodOf(row);
  if (change.default_payment_method !== undefined) row.default_payment_method = attachCard(world, change.default_payment_method, row.customer).id;
  if (change.discounts !== undefined) row.discounts = startDiscounts(world, change.discounts ?? [], { customer: row.customer, subscription: row.id });
  if (change.automatic_tax !== undefined) row.automatic_tax = { disabled_reason: null, enabled: change.automatic_tax, liability: change.automatic_tax ? { type: "self" } : null };
  if (change.collection_method !== undefined) row.collection_method = change.collection_method;
  if (change.days_until_due !== undefined) row.days_until_due = change.days_until_due;
  if (change.description !== undefined) row.description = change.description;
  if (change.metadata !== undefined) row.metadata = change.metadata;
  if (change.missing_payment_method !== undefined) row.trial_settings = { end_behavior: { billing_cycle_anchor: null, missing_payment_method: change.missing_payment_method } };
  if (change.save_default_payment_method !== undefined && row.payment_settings) row.payment_settings.save_default_payment_method = change.save_default_payment_method;
  if (typeof change.trial_end === "number") {
    if (change.trial_end <= world.now()) throw invalid("The trial_end must be in the future.", "trial_end");
    Object.assign(row, { trial_end: change.trial_end, trial_start: row.trial_start ?? world.now(), status: "trialing", billing_cycle_anchor: change.trial_end });
    for (const item of row.items.data) item.current_period_end = change.trial_end;
    if (row.cancel_at_period_end) row.cancel_at = change.trial_end;
    world.hide(row.id, { trial_will_end_sent: false });
  }
  if (change.cancel_at_period_end !== undefined || change.cancel_at !== undefined) {
    const at = change.cancel_at_period_end ? end : change.cancel_at_period_end === false ? null : (change.cancel_at ?? null);
    row.cancel_at_period_end = change.cancel_at_period_end ?? false;
    row.cancel_at = at;
    row.canceled_at = at === null ? null : world.now();
    row.cancellation_details = { comment: null, feedback: null, feedback_option: null, reason: at === null ? null : "cancellation_requested" };
  }
  if (change.cancellation_details) Object.assign(row.cancellation_details ?? {}, change.cancellation_details);
}

function requireChangeable(subscription: Subscription, change: SubscriptionChange): void {
  if (isOver(subscription) && Object.entries(change).some(([name, value]) => value !== undefined && name !== "metadata" && name !== "cancellation_details")) {
    throw new ApiError(400, { code: "invalid_canceled_subscription_fields", message: "A canceled subscription can only update its cancellation_details and metadata." });
  }
  if (subscription.status === "incomplete" && (change.items || change.trial_end !== undefined)) throw invalid("You cannot update a subscription in `incomplete` status in a way that results in a new invoice.", "items");
  if (subscription.schedule && (change.cancel_at_period_end !== undefined || change.cancel_at !== undefined)) {
    throw invalid(`The subscription is managed by the subscription schedule \`${subscription.schedule}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`, "cancel_at_period_end");
  }
  if (change.cancel_at_period_end !== undefined && change.cancel_at !== undefined && change.cancel_at !== null) throw invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.", "cancel_at");
  if (change.payment_behavior === "pending_if_incomplete") requirePendable(subscription, change);
  if (change.proration_date !== undefined && !change.items && change.billing_cycle_anchor !== "now") throw invalid("You can only set `proration_date` with a change that prorates.", "proration_date");
  if (change.collection_method === "send_invoice" && change.days_until_due === undefined && subscription.days_until_due === null) throw missingParameter("days_until_due", "", "days_until_due");
}

/** What a pending update may set at Stripe, as far as the sandbox knows it; discounts, metadata and a cancellation of later it does not keep. */
const PENDABLE: readonly (keyof SubscriptionChange)[] = ["items", "proration_behavior", "proration_date", "payment_behavior", "billing_cycle_anchor", "trial_end"];

function requirePendable(subscription: Subscription, change: SubscriptionChange): void {
  const refused = Object.entries(change).filter(([name, value]) => value !== undefined && !PENDABLE.some((each) => each === name)).map(([name]) => name);
  if (refused.length > 0) throw invalid(`When \`payment_behavior\` is set to \`pending_if_incomplete\`, you can only pass parameters that pending updates support. You passed: ${refused.join(", ")}.`, "payment_behavior");
  if (change.items?.some((item) => item.metadata || item.price_data)) throw invalid("A pending update sets only the price and the quantity of items.", "items");
  if (subscription.collection_method === "send_invoice") throw invalid("Pending updates are not supported for subscriptions with `collection_method=send_invoice`.", "payment_behavior");
}
