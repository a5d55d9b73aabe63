import type Stripe from "stripe";
import { cancelSubscription } from "../billing/cancel";
import { discountsKind } from "../billing/discounts";
import { readPhases, releaseSchedule, requireRunning, scheduleFrom } from "../billing/schedules";
import { call } from "../http/call";
import { invalid } from "../http/error";
import { count, flag, integer, list, mergeMetadata, metadata, nowOrTime, object, oneOf, required, text, type Names } from "../http/kinds";
import { listPage, PAGE_CREATED } from "../http/list";
import { requireRow, update } from "../world/change";

/** A phase, as calls that make, change or preview a schedule have it. */
export const phaseKind = object({
  items: required(list(object({ price: required(text), quantity: count, metadata }))), start_date: nowOrTime, end_date: nowOrTime,
  duration: object({ interval: required(oneOf("day", "week", "month", "year")), interval_count: integer }), proration_behavior: oneOf("always_invoice", "create_prorations", "none"), metadata, discounts: discountsKind,
});
const behavior = oneOf("cancel", "release");

export const scheduleCalls = [
  call("POST", "/v1/subscription_schedules", { from_subscription: required(text), metadata } satisfies Names<Stripe.SubscriptionScheduleCreateParams>, ({ world, params }) =>
    scheduleFrom(world, params.from_subscription, mergeMetadata({}, params.metadata))),
  call("GET", "/v1/subscription_schedules", { ...PAGE_CREATED, customer: text }, ({ world, params }) => listPage(world.tables.schedules, "/v1/subscription_schedules", params, (row) => !params.customer || row.customer === params.customer)),
  call("GET", "/v1/subscription_schedules/:id", {}, ({ world, id }) => requireRow(world.tables.schedules, id, "subscription_schedule")),
  call("POST", "/v1/subscription_schedules/:id", { end_behavior: behavior, metadata, phases: list(phaseKind), proration_behavior: oneOf("always_invoice", "create_prorations", "none") } satisfies Names<Stripe.SubscriptionScheduleUpdateParams>, ({ world, id, params }) => {
    const schedule = requireRow(world.tables.schedules, id, "subscription_schedule");
    requireRunning(schedule);
    const phases = params.phases ? readPhases(world, schedule, params.phases) : schedule.phases;
    const [first] = phases;
    if (!first) throw invalid("A schedule must have at least one phase.", "phases");
    return update(world, world.tables.schedules, id, "subscription_schedule.updated", (row) => {
      row.phases = phases;
      row.end_behavior = params.end_behavior ?? row.end_behavior;
      row.metadata = mergeMetadata(row.metadata ?? {}, params.metadata);
      const current = phases.find((each) => each.start_date === row.current_phase?.start_date) ?? first;
      row.current_phase = { start_date: current.start_date, end_date: current.end_date };
    });
  }),
  call("POST", "/v1/subscription_schedules/:id/release", { preserve_cancel_date: flag } satisfies Names<Stripe.SubscriptionScheduleReleaseParams>, ({ world, id }) => releaseSchedule(world, id)),
  call("POST", "/v1/subscription_schedules/:id/cancel", { invoice_now: flag, prorate: flag } satisfies Names<Stripe.SubscriptionScheduleCancelParams>, ({ world, id, params }) => {
    const schedule = requireRow(world.tables.schedules, id, "subscription_schedule");
    requireRunning(schedule);
    cancelSubscription(world, schedule.subscription ?? "", { ...params, reason: "cancellation_requested" });
    return schedule;
  }),
];
