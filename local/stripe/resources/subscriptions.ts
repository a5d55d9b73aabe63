import type Stripe from "stripe";
import { changeSubscription } from "../billing/change-subscription";
import { cancelSubscription } from "../billing/cancel";
import { discountsKind } from "../billing/discounts";
import { changedItems, newItems } from "../billing/items";
import { subscribe } from "../billing/subscribe";
import { call } from "../http/call";
import { clearable, count, emptyable, flag, integer, list, mergeMetadata, metadata, nowOrTime, object, oneOf, required, text, type Names } from "../http/kinds";
import { listPage, PAGE_CREATED } from "../http/list";
import { requireRow } from "../world/change";
import type { Subscription } from "../world/wire";

const automaticTax = object({ enabled: required(flag) });
const trialSettings = object({ end_behavior: required(object({ missing_payment_method: required(oneOf("cancel", "create_invoice", "pause")) })) });
const paymentSettings = object({ save_default_payment_method: oneOf("off", "on_subscription"), payment_method_types: list(oneOf("card")) });
const behavior = { proration_behavior: oneOf("always_invoice", "create_prorations", "none"), payment_behavior: oneOf("allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"), off_session: flag };
const method = oneOf("charge_automatically", "send_invoice");
const details = object({ comment: clearable, feedback: emptyable(oneOf("customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex", "too_expensive", "unused")) });


const toCreate = {
  ...behavior, automatic_tax: automaticTax, cancel_at: integer, cancel_at_period_end: flag, collection_method: method, currency: oneOf("usd"), customer: required(text), days_until_due: count, default_payment_method: text, description: text,
  discounts: discountsKind, items: required(newItems), metadata, payment_settings: paymentSettings, trial_end: nowOrTime, trial_period_days: integer, trial_settings: trialSettings,
} satisfies Names<Stripe.SubscriptionCreateParams>;
export const anchorKind = object({ type: required(oneOf("now", "unchanged")) });
const toUpdate = {
  ...behavior, automatic_tax: automaticTax, billing_cycle_anchor: anchorKind, cancel_at: emptyable(integer), cancel_at_period_end: flag, cancellation_details: details, collection_method: method, days_until_due: count,
  default_payment_method: text, description: clearable, discounts: discountsKind, items: changedItems, metadata, payment_settings: paymentSettings, proration_date: integer, trial_end: nowOrTime, trial_settings: trialSettings,
} satisfies Names<Stripe.SubscriptionUpdateParams>;
const STATUSES = ["active", "all", "canceled", "ended", "incomplete", "incomplete_expired", "past_due", "paused", "trialing", "unpaid"] as const;

export const subscriptionCalls = [
  call("POST", "/v1/subscriptions", toCreate, ({ world, params }) => {
    const { automatic_tax: tax, trial_settings: trial, payment_settings: settings, metadata: given, off_session: offSession = false, ...rest } = params;
    return subscribe(world, {
      ...rest, metadata: mergeMetadata({}, given), automatic_tax: tax?.enabled, missing_payment_method: trial?.end_behavior.missing_payment_method,
      save_default_payment_method: settings?.save_default_payment_method, attempt: { offSession },
    }).subscription;
  }),
  call("GET", "/v1/subscriptions", { ...PAGE_CREATED, customer: text, price: text, status: oneOf(...STATUSES), collection_method: method } satisfies Names<Stripe.SubscriptionListParams>, ({ world, params }) =>
    listPage(world.tables.subscriptions, "/v1/subscriptions", params, (row) =>
      (!params.customer || row.customer === params.customer) && hasStatus(row, params.status) && (!params.collection_method || row.collection_method === params.collection_method) &&
      (!params.price || row.items.data.some((item) => item.price.id === params.price)))),
  call("GET", "/v1/subscriptions/:id", {}, ({ world, id }) => requireRow(world.tables.subscriptions, id, "subscription")),
  call("POST", "/v1/subscriptions/:id", toUpdate, ({ world, id, params }) => {
    const before = requireRow(world.tables.subscriptions, id, "subscription");
    const { automatic_tax: tax, trial_settings: trial, payment_settings: settings, metadata: given, billing_cycle_anchor: anchor, ...rest } = params;
    return changeSubscription(world, id, {
      ...rest, ...(given === undefined ? {} : { metadata: mergeMetadata(before.metadata, given) }), automatic_tax: tax?.enabled, missing_payment_method: trial?.end_behavior.missing_payment_method,
      save_default_payment_method: settings?.save_default_payment_method, billing_cycle_anchor: anchor?.type,
    }).subscription;
  }),
  call("DELETE", "/v1/subscriptions/:id", { cancellation_details: details, invoice_now: flag, prorate: flag } satisfies Names<Stripe.SubscriptionCancelParams>, ({ world, id, params }) => {
    const { cancellation_details: given, ...rest } = params;
    return cancelSubscription(world, id, { ...rest, reason: "cancellation_requested", details: given });
  }),
  call("GET", "/v1/subscription_items", { ...PAGE_CREATED, subscription: required(text) }, ({ world, params }) => ({
    object: "list", data: requireRow(world.tables.subscriptions, params.subscription, "subscription").items.data, has_more: false, url: "/v1/subscription_items",
  })),
  call("DELETE", "/v1/subscriptions/:id/discount", {}, ({ world, id }) => {
    const [discount] = requireRow(world.tables.subscriptions, id, "subscription").discounts;
    const row = requireRow(world.tables.discounts, discount ?? "", "discount");
    changeSubscription(world, id, { discounts: null });
    const deleted = { ...row, deleted: true };
    world.record("customer.discount.deleted", deleted);
    return deleted;
  }),
];

/** Without a status asked for, all that are not over. */
function hasStatus({ status }: Subscription, asked: (typeof STATUSES)[number] | undefined): boolean {
  if (asked === "all") return true;
  if (asked === undefined) return status !== "canceled";
  return asked === "ended" ? ["canceled", "incomplete_expired"].includes(status) : status === asked;
}
