import { ApiError, invalid, missingParameter } from "../http/error";
import { DAY, endOfPeriod, type Interval } from "../world/calendar";
import { create, update } from "../world/change";
import { newId } from "../world/ids";
import { listOf } from "../world/present";
import type { Invoice, Subscription } from "../world/wire";
import type { World } from "../world/world";
import { attachCard } from "./cards";
import { collect, settled } from "./collect";
import { startDiscounts, type DiscountParam } from "./discounts";
import { finalizeInvoice } from "./finalize";
import { draftInvoice } from "./invoices";
import { makeItems, type ItemChange } from "./items";
import { advanceLines } from "./lines";
import { defaultCard, NO_CARD, paymentError, type Attempt } from "./payment";
import { periodOf } from "./subscription-state";
import { requireCustomer } from "../resources/require-customer";

export interface NewSubscription {
  customer: string;
  items: ItemChange[];
  trial_period_days?: number;
  trial_end?: number | "now";
  missing_payment_method?: "cancel" | "create_invoice" | "pause";
  payment_behavior?: "allow_incomplete" | "default_incomplete" | "error_if_incomplete" | "pending_if_incomplete";
  collection_method?: "charge_automatically" | "send_invoice";
  days_until_due?: number;
  default_payment_method?: string;
  save_default_payment_method?: "off" | "on_subscription";
  discounts?: DiscountParam[] | null;
  automatic_tax?: boolean;
  cancel_at_period_end?: boolean;
  cancel_at?: number;
  description?: string;
  metadata: Record<string, string>;
  checkout_session?: string;
  /** How its first invoice is paid; null leaves the invoice a draft, for a preview. */
  attempt: Attempt | null;
}

/** Begins a subscription and bills its first period. Throws ApiError as Stripe does. */
export function subscribe(world: World, given: NewSubscription): { subscription: Subscription; invoice: Invoice } {
  const customer = requireCustomerParameter(world, given.customer);
  const now = world.now();
  const method = given.collection_method ?? "charge_automatically";
  if (method === "send_invoice" && given.days_until_due === undefined) throw invalid("If you specify `collection_method=send_invoice`, you must also specify `days_until_due`.", "days_until_due");
  if (method === "charge_automatically" && given.days_until_due !== undefined) throw invalid("You can only set `days_until_due` with `collection_method=send_invoice`.", "days_until_due");
  if (given.payment_behavior === "pending_if_incomplete") throw invalid("You can't use `pending_if_incomplete` when creating a subscription.", "payment_behavior");
  if (given.automatic_tax && !customer.address?.country) throw new ApiError(400, { code: "customer_tax_location_invalid", message: "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.", param: "automatic_tax[enabled]" });
  const card = given.default_payment_method ? attachCard(world, given.default_payment_method, customer.id).id : null;
  const trialEnd = readTrial(given, now);
  const id = newId("sub");
  const items = makeItems(world, id, given.items, { start: now, end: now });
  // There is one, checked above; a price of a subscription recurs, checked above too.
  const every = items[0]?.price.recurring as Interval;
  const end = trialEnd ?? endOfPeriod(now, now, every);
  for (const item of items) item.current_period_end = end;
  const subscription: Subscription = {
    id, object: "subscription", application: null, application_fee_percent: null, automatic_tax: { disabled_reason: null, enabled: given.automatic_tax ?? false, liability: given.automatic_tax ? { type: "self" } : null },
    billing_cycle_anchor: trialEnd ?? now, billing_cycle_anchor_config: null, billing_mode: { flexible: { proration_discounts: "included" }, type: "flexible" }, billing_schedules: [], billing_thresholds: null,
    cancel_at: given.cancel_at ?? (given.cancel_at_period_end ? end : null), cancel_at_period_end: given.cancel_at_period_end ?? false, canceled_at: given.cancel_at_period_end || given.cancel_at ? now : null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: given.cancel_at_period_end ? "cancellation_requested" : null }, collection_method: method, created: now, currency: "usd",
    customer: customer.id, customer_account: null, days_until_due: given.days_until_due ?? null, default_payment_method: card, default_source: null, default_tax_rates: [], description: given.description ?? null,
    discounts: [], ended_at: null, invoice_settings: { account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: { type: "self" } }, items: listOf(items, `/v1/subscription_items?subscription=${id}`),
    latest_invoice: null, livemode: false, managed_payments: null, metadata: given.metadata, next_pending_invoice_item_invoice: null, on_behalf_of: null, pause_collection: null,
    payment_settings: { payment_method_options: null, payment_method_types: null, save_default_payment_method: given.save_default_payment_method ?? "off" }, pending_invoice_item_interval: null, pending_setup_intent: null,
    pending_update: null, schedule: null, start_date: now, status: trialEnd !== null ? "trialing" : method === "send_invoice" ? "active" : "incomplete", test_clock: null, transfer_data: null, trial_end: trialEnd,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: given.missing_payment_method ?? "create_invoice" } }, trial_start: trialEnd === null ? null : now,
  };
  subscription.discounts = startDiscounts(world, given.discounts ?? [], { customer: customer.id, subscription: id, checkout_session: given.checkout_session });
  create(world, world.tables.subscriptions, subscription, null);
  const invoice = draftInvoice(world, {
    customer: customer.id, subscription, reason: "subscription_create", lines: advanceLines(world, subscription, periodOf(subscription), trialEnd !== null), period: { start: now, end: now }, takesPending: true, discounts: subscription.discounts,
  });
  subscription.latest_invoice = invoice.id;
  update(world, world.tables.customers, customer.id, null, (row) => (row.currency ??= "usd"));
  world.record("customer.subscription.created", subscription);
  if (given.attempt) payFirst(world, subscription, invoice, given);
  return { subscription, invoice };
}

function payFirst(world: World, subscription: Subscription, invoice: Invoice, given: NewSubscription): void {
  if (subscription.collection_method === "send_invoice" && invoice.amount_due > 0) return;
  const behavior = given.payment_behavior ?? "allow_incomplete";
  if (invoice.amount_due >= 50 && behavior !== "default_incomplete" && !given.attempt?.card && !defaultCard(world, invoice)) throw new ApiError(400, { code: "resource_missing", message: NO_CARD });
  finalizeInvoice(world, invoice.id);
  if (invoice.status === "paid") {
    settled(world, invoice);
    return;
  }
  if (invoice.status !== "open" || behavior === "default_incomplete") return;
  const outcome = collect(world, invoice.id, given.attempt ?? { offSession: true });
  if (outcome.kind !== "paid" && behavior === "error_if_incomplete") throw paymentError(world, invoice, outcome, "subscription_payment_intent_requires_action", true);
}

function readTrial({ trial_end: end, trial_period_days: days }: NewSubscription, now: number): number | null {
  if (end !== undefined && days !== undefined) throw invalid("You may only specify one of these parameters: trial_end, trial_period_days.", "trial_end");
  if (days !== undefined && (days < 1 || days > 730)) throw invalid("Invalid integer: trial_period_days must be between 1 and 730.", "trial_period_days", "parameter_invalid_integer");
  if (typeof end === "number" && end <= now) throw invalid("The trial_end must be in the future.", "trial_end");
  return typeof end === "number" ? end : days !== undefined ? now + days * DAY : null;
}

function requireCustomerParameter(world: World, id: string) {
  if (!world.tables.customers.get(id)) throw missingParameter("customer", id, "customer");
  return requireCustomer(world, id);
}
