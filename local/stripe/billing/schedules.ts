import { ApiError, invalid } from "../http/error";
import { mergeMetadata } from "../http/kinds";
import { endOfPeriod, type Interval } from "../world/calendar";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { Schedule, Subscription } from "../world/wire";
import type { World } from "../world/world";
import { changeSubscription } from "./change-subscription";
import { isMetered } from "./lines";
import type { ItemChange } from "./items";
import { endAsAsked } from "./renew";
import { isOver, periodOf } from "./subscription-state";

type Phase = Schedule["phases"][number];
export interface PhaseParam {
  items: { price: string; quantity?: number; metadata?: Record<string, string | null> | null }[];
  start_date?: number | "now";
  end_date?: number | "now";
  duration?: { interval: Interval["interval"]; interval_count?: number };
  proration_behavior?: "always_invoice" | "create_prorations" | "none";
  metadata?: Record<string, string | null> | null;
}

/** A schedule whose only phase is the subscription as it stands, until the end of its period. */
export function scheduleFrom(world: World, subscriptionId: string, metadata: Record<string, string>): Schedule {
  const subscription = requireRow(world.tables.subscriptions, subscriptionId, "subscription");
  if (isOver(subscription)) throw invalid(`You cannot migrate a subscription that is ${subscription.status}.`, "from_subscription");
  if (subscription.schedule) throw invalid(`You cannot migrate a subscription that is already attached to a schedule: ${subscription.schedule}.`, "from_subscription");
  const id = newId("sub_sched");
  const { start, end } = periodOf(subscription);
  const items = subscription.items.data.map((item) => ({ price: item.price.id, ...(isMetered(item) ? {} : { quantity: item.quantity ?? 1 }) }));
  const phase: Phase = { ...makePhase(items, start, end, "create_prorations"), trial_end: subscription.status === "trialing" ? subscription.trial_end : null };
  const row = create(world, world.tables.schedules, {
    id, object: "subscription_schedule", application: null, billing_mode: structuredClone(subscription.billing_mode), canceled_at: null, completed_at: null, created: world.now(), current_phase: { start_date: start, end_date: end },
    customer: subscription.customer, customer_account: null,
    default_settings: {
      application_fee_percent: null, automatic_tax: structuredClone(subscription.automatic_tax), billing_cycle_anchor: "automatic", billing_thresholds: null, collection_method: subscription.collection_method,
      default_payment_method: subscription.default_payment_method, description: subscription.description, invoice_settings: { account_tax_ids: null, custom_fields: null, days_until_due: null, description: null, footer: null, issuer: { type: "self" } },
      on_behalf_of: null, transfer_data: null,
    },
    end_behavior: "release", livemode: false, metadata, pause_schedules: [], phases: [phase], released_at: null, released_subscription: null, status: "active", subscription: subscription.id, test_clock: null,
  }, "subscription_schedule.created");
  update(world, world.tables.subscriptions, subscription.id, "customer.subscription.updated", (each) => (each.schedule = id));
  return row;
}

/** Phases as a call gives them, checked against the one that runs. Throws ApiError. */
export function readPhases(world: World, schedule: Schedule, given: PhaseParam[]): Phase[] {
  if (given.length === 0) throw invalid("A schedule must have at least one phase.", "phases");
  const subscription = requireRow(world.tables.subscriptions, schedule.subscription ?? "", "subscription");
  const current = schedule.phases.find((phase) => phase.start_date === schedule.current_phase?.start_date);
  let start = given[0]?.start_date ?? null;
  if (start === null) throw new ApiError(400, { code: "parameter_missing", message: "You must specify the start_date of the current phase.", param: "phases[0][start_date]" });
  return given.map((param, index) => {
    const at = `phases[${index}]`;
    const begin: number = param.start_date === "now" ? world.now() : (param.start_date ?? Number(start));
    if (index === 0 && current && begin !== current.start_date) throw invalid("You can not modify the start date of the current phase.", `${at}[start_date]`);
    if (index > 0 && begin !== start) throw invalid("The start date of a phase must be the end date of the one before.", `${at}[start_date]`);
    const items = param.items.map((item) => readItem(world, item, at));
    const every = world.tables.prices.get(items[0]?.price)?.recurring as Interval;
    if (param.end_date !== undefined && param.duration) throw invalid("You may only specify one of these parameters: end_date, duration.", `${at}[end_date]`);
    const end = typeof param.end_date === "number" ? param.end_date : param.end_date === "now" ? world.now() : endOfPeriod(begin, index === 0 ? subscription.billing_cycle_anchor : begin, { ...every, interval_count: 1, ...param.duration });
    if (end <= begin) throw invalid("The end date of a phase must be after its start date.", `${at}[end_date]`);
    if (index === 0 && current && !isSame(items, current.items)) throw invalid("The sandbox does not change the items of the phase that runs: update the subscription.", `${at}[items]`);
    start = end;
    return { ...makePhase(items, begin, end, param.proration_behavior ?? "create_prorations"), trial_end: index === 0 ? (current?.trial_end ?? null) : null, metadata: mergeMetadata({}, param.metadata) };
  });
}

/** The phase that runs is over: the next one begins, or the schedule ends as it says. */
export function advance(world: World, id: string): void {
  const schedule = requireRow(world.tables.schedules, id, "subscription_schedule");
  const subscription = requireRow(world.tables.subscriptions, schedule.subscription ?? "", "subscription");
  const at = schedule.phases.findIndex((phase) => phase.start_date === schedule.current_phase?.start_date);
  const next = schedule.phases[at + 1];
  if (!next) {
    if (schedule.end_behavior === "cancel") {
      update(world, world.tables.schedules, id, null, (row) => Object.assign(row, { status: "completed", completed_at: world.now(), current_phase: null }), ["subscription_schedule.completed"]);
      world.tables.subscriptions.edit(subscription.id, (row) => (row.schedule = null));
      endAsAsked(world, subscription.id);
    } else releaseSchedule(world, id);
    return;
  }
  const atBorder = periodOf(subscription).end <= world.now();
  changeSubscription(world, subscription.id, { items: itemChanges(subscription, next), proration_behavior: atBorder ? "none" : (next.proration_behavior as PhaseParam["proration_behavior"]) });
  // As at Stripe, what a phase says of itself is said of the subscription from then on.
  world.tables.subscriptions.edit(subscription.id, (row) => (row.metadata = { ...row.metadata, ...next.metadata }));
  update(world, world.tables.schedules, id, "subscription_schedule.updated", (row) => (row.current_phase = { start_date: next.start_date, end_date: next.end_date }));
}

export function releaseSchedule(world: World, id: string): Schedule {
  const schedule = requireRow(world.tables.schedules, id, "subscription_schedule");
  requireRunning(schedule);
  const subscription = schedule.subscription;
  const row = update(world, world.tables.schedules, id, null, (each) => {
    Object.assign(each, { status: "released", released_at: world.now(), released_subscription: subscription, subscription: null, current_phase: null });
  }, ["subscription_schedule.released"]);
  if (subscription) update(world, world.tables.subscriptions, subscription, "customer.subscription.updated", (each) => (each.schedule = null));
  return row;
}

export function requireRunning(schedule: Schedule): void {
  if (schedule.status !== "active" && schedule.status !== "not_started") throw invalid(`You cannot change a subscription schedule that is in the \`${schedule.status}\` status.`);
}

function readItem(world: World, item: PhaseParam["items"][number], at: string): { price: string; quantity?: number } {
  const price = world.tables.prices.get(item.price);
  if (!price) throw new ApiError(400, { code: "resource_missing", message: `No such price: '${item.price}'`, param: `${at}[items][price]` });
  if (isMetered({ price })) {
    if (item.quantity !== undefined) throw invalid(`You cannot set the quantity for metered plans (${price.id}).`, `${at}[items]`);
    return { price: price.id };
  }
  return { price: price.id, quantity: item.quantity ?? 1 };
}

function makePhase(items: { price: string; quantity?: number }[], start: number, end: number, proration: string): Phase {
  return {
    add_invoice_items: [], application_fee_percent: null, billing_cycle_anchor: null, billing_thresholds: null, collection_method: null, currency: "usd", default_payment_method: null, default_tax_rates: [], description: null,
    discounts: [], end_date: end, invoice_settings: null, items: items.map((item) => ({ billing_thresholds: null, discounts: [], metadata: {}, plan: item.price, tax_rates: [], ...item })), metadata: {}, on_behalf_of: null,
    proration_behavior: proration, start_date: start, transfer_data: null, trial_end: null,
  };
}

function isSame(items: { price: string; quantity?: number }[], others: Phase["items"]): boolean {
  const key = (all: { price: string; quantity?: number }[]): string => JSON.stringify(all.map(({ price, quantity }) => `${price} ${quantity}`).sort());
  return key(items) === key(others);
}

/** Keeps the items whose price stays; the others take a new price in place, one of each kind for one of its kind. */
function itemChanges(subscription: Subscription, phase: Phase): ItemChange[] {
  const old = subscription.items.data.filter((item) => !phase.items.some((each) => each.price === item.price.id));
  const added = phase.items.filter((each) => !subscription.items.data.some((item) => item.price.id === each.price));
  const changes: ItemChange[] = phase.items.filter((each) => !added.includes(each)).map((each) => ({ id: subscription.items.data.find((item) => item.price.id === each.price)?.id, quantity: each.quantity }));
  for (const each of added) {
    const place = old.findIndex((item) => isMetered(item) === (each.quantity === undefined));
    const [taken] = place < 0 ? [] : old.splice(place, 1);
    changes.push({ id: taken?.id, price: each.price, quantity: each.quantity });
  }
  return [...changes, ...old.map((item) => ({ id: item.id, deleted: true }))];
}
