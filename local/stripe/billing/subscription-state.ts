import { update } from "../world/change";
import type { Subscription } from "../world/wire";
import type { World } from "../world/world";
import type { Period } from "./lines";

export function periodOf(subscription: Subscription): Period {
  const [item] = subscription.items.data;
  if (!item) throw new Error(`${subscription.id} has no items`);
  return { start: item.current_period_start, end: item.current_period_end };
}

/** True of a subscription that is over for good. */
export function isOver(subscription: Subscription): boolean {
  return ["canceled", "incomplete_expired"].includes(subscription.status);
}

/** Ends a subscription now, with whatever schedule it has. What it owes stays owed. */
export function endSubscription(world: World, id: string, given: { reason: "cancellation_requested" | "payment_failed" | null; status?: "canceled" | "incomplete_expired"; details?: { comment?: string | null; feedback?: string | null } }): Subscription {
  const now = world.now();
  const row = world.tables.subscriptions.get(id);
  const schedule = world.tables.schedules.get(row?.schedule);
  if (schedule) update(world, world.tables.schedules, schedule.id, null, (each) => Object.assign(each, { status: "canceled", canceled_at: now, current_phase: null }), ["subscription_schedule.canceled"]);
  // Its invoice stays to be paid, and changes nothing any more.
  world.hide(id, { pending_update: undefined });
  const expires = given.status === "incomplete_expired";
  return update(world, world.tables.subscriptions, id, expires ? "customer.subscription.updated" : null, (each) => {
    each.status = given.status ?? "canceled";
    each.canceled_at ??= now;
    each.ended_at = now;
    each.cancel_at_period_end = false;
    each.pending_update = null;
    each.schedule = null;
    each.cancellation_details = {
      comment: given.details?.comment ?? each.cancellation_details?.comment ?? null, feedback: given.details?.feedback ?? each.cancellation_details?.feedback ?? null, feedback_option: null,
      reason: each.cancellation_details?.reason ?? given.reason,
    };
  }, expires ? [] : ["customer.subscription.deleted"]);
}
