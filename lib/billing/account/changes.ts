/** What happened to an account, seen from how it was and how it is. Pure: the same two rows make the same changes under the same keys. */
import { DAY_MS } from "@/lib/core/time";
import { isGraceOver } from "@/lib/billing/account/entitlement";
import { isLive, type AccountState } from "@/lib/billing/account/state";
import { PLAN_IDS, PLANS, type PlanId } from "@/lib/billing/plans";

/** A plan that can be chosen; of the built-in one Stripe knows nothing. */
type Offered = (typeof PLAN_IDS)[number];

export type EndReason = "canceled" | "unpaid" | "other";
type Event =
  | { kind: "trial_started"; planId: Offered; trialEndsAt: Date }
  | { kind: "trial_plan_changed"; from: Offered; to: Offered }
  | { kind: "trial_ended"; planId: Offered; endedAt: Date }
  | { kind: "subscribed"; planId: Offered; priceCents: number; nextInvoiceAt: Date }
  | { kind: "plan_upgraded"; from: Offered; to: Offered; priceCents: number; nextInvoiceAt: Date }
  | { kind: "plan_downgraded"; from: Offered; to: Offered; at: Date; priceCents: number; nextInvoiceAt: Date }
  | { kind: "downgrade_scheduled"; from: Offered; to: Offered; at: Date; priceCents: number }
  | { kind: "downgrade_undone"; planId: Offered; priceCents: number; nextInvoiceAt: Date }
  | { kind: "cancellation_scheduled"; planId: Offered; endsAt: Date; of: "trial" | "unpaid" | null }
  | { kind: "cancellation_undone"; planId: Offered; priceCents: number; nextInvoiceAt: Date }
  | { kind: "ended"; planId: Offered; endedAt: Date; reason: EndReason }
  | { kind: "past_due"; planId: Offered }
  | { kind: "recovered"; planId: Offered; wasReduced: boolean; endsAt: Date | null };
/** `key` names the change among all of the tenant's: told of once. */
export type AccountChange = Event & { key: string };

/** How far a subscription's end may lie from the moment it was to end at: Stripe's clocks run in hours, ours in seconds. */
const NEAR_MS = DAY_MS;

/**
 * The changes between two states of one tenant's account, in the order in which they are told.
 * @param seq number of the write that made `after` of `before`: what may happen again and again has it in its key
 */
export function changesOf(before: AccountState, after: AccountState, { now, seq }: { now: Date; seq: number }): AccountChange[] {
  const same = before.subscriptionId === after.subscriptionId;
  // Of another subscription, nothing that was known of the former one is a change.
  const was = same ? before : { ...before, status: "none" as const, planId: null, cancelAt: null, scheduledPlanId: null };
  return [...endOf(before, after), ...startOf(was, after), ...planChangesOf(was, after, seq), ...intentionsOf(was, after, seq), ...paymentOf(was, after, now, seq)];
}

function startOf(was: AccountState, after: AccountState): AccountChange[] {
  const { subscriptionId: id, status } = after;
  const planId = offered(after.planId);
  if (id === null || planId === null) return [];
  if (status === "trialing" && was.status !== "trialing" && after.trialEndsAt) return [{ kind: "trial_started", key: `trial_started:${id}`, planId, trialEndsAt: after.trialEndsAt }];
  const paidBefore = was.status === "active" || was.status === "past_due" || was.status === "unpaid";
  if (status !== "active" || paidBefore || !after.periodEnd) return [];
  return [{ kind: "subscribed", key: `subscribed:${id}`, planId, priceCents: after.priceCents ?? 0, nextInvoiceAt: after.periodEnd }];
}

function planChangesOf(was: AccountState, after: AccountState, seq: number): AccountChange[] {
  const { subscriptionId: id, periodEnd } = after;
  const [from, to] = [offered(was.planId), offered(after.planId)];
  if (from === null || to === null || from === to || !isLive(was.status) || !isLive(after.status) || !periodEnd) return [];
  if (was.status === "trialing") return [{ kind: "trial_plan_changed", key: `trial_plan_changed:${id}:${seq}`, from, to }];
  const terms = { from, to, priceCents: after.priceCents ?? 0, nextInvoiceAt: periodEnd };
  if (rankOf(to) > rankOf(from)) return [{ kind: "plan_upgraded", key: `plan_upgraded:${id}:${seq}`, ...terms }];
  return [{ kind: "plan_downgraded", key: `plan_downgraded:${id}:${seq}`, at: after.periodStart ?? periodEnd, ...terms }];
}

function intentionsOf(was: AccountState, after: AccountState, seq: number): AccountChange[] {
  const { subscriptionId: id, priceCents, periodEnd } = after;
  const [planId, next] = [offered(after.planId), offered(after.scheduledPlanId)];
  if (planId === null || !isLive(after.status) || !periodEnd) return [];
  const changes: AccountChange[] = [];
  const standing = { planId, priceCents: priceCents ?? 0, nextInvoiceAt: periodEnd };
  if (next && after.scheduledAt && next !== was.scheduledPlanId) {
    changes.push({ kind: "downgrade_scheduled", key: `downgrade_scheduled:${id}:${seq}`, from: planId, to: next, at: after.scheduledAt, priceCents: PLANS[next].priceCents ?? 0 });
  } else if (was.scheduledPlanId && !next && was.planId === planId && !after.cancelAt) {
    changes.push({ kind: "downgrade_undone", key: `downgrade_undone:${id}:${seq}`, ...standing });
  }
  if (after.cancelAt && !was.cancelAt) changes.push({ kind: "cancellation_scheduled", key: `cancellation_scheduled:${id}:${seq}`, planId, endsAt: after.cancelAt, of: after.status === "trialing" ? "trial" : isUnpaid(after) ? "unpaid" : null });
  if (was.cancelAt && !after.cancelAt) changes.push({ kind: "cancellation_undone", key: `cancellation_undone:${id}:${seq}`, ...standing });
  return changes;
}

function paymentOf(was: AccountState, after: AccountState, now: Date, seq: number): AccountChange[] {
  const { subscriptionId: id } = after;
  const planId = offered(after.planId);
  if (planId === null) return [];
  const [wasLate, isLate] = [isUnpaid(was), isUnpaid(after)];
  if (isLate && !wasLate) return [{ kind: "past_due", key: `past_due:${id}:${seq}`, planId }];
  if (wasLate && after.status === "active") return [{ kind: "recovered", key: `recovered:${id}:${seq}`, planId, wasReduced: isGraceOver(was, now), endsAt: after.cancelAt }];
  return [];
}

/** The end of what lived before, whether another subscription has begun since or not. */
function endOf(before: AccountState, after: AccountState): AccountChange[] {
  const { subscriptionId: id } = before;
  const planId = offered(before.planId);
  const same = id === after.subscriptionId;
  if (id === null || planId === null || !isLive(before.status) || (same && isLive(after.status))) return [];
  // One that was replaced tells nothing of its end any more.
  const endedAt = (same ? after.endedAt : null) ?? before.cancelAt ?? before.trialEndsAt ?? before.periodEnd;
  if (!endedAt) return [];
  const trial = before.status === "trialing" && before.trialEndsAt !== null && before.cancelAt === null;
  // Of the same subscription the later row has the end that the trial was given last.
  if (trial && isNear(endedAt, (same ? after.trialEndsAt : null) ?? before.trialEndsAt)) return same ? [{ kind: "trial_ended", key: `trial_ended:${id}`, planId, endedAt }] : [];
  return [{ kind: "ended", key: `ended:${id}`, planId, endedAt, reason: isUnpaid(before) ? "unpaid" : before.cancelAt ? "canceled" : "other" }];
}

function isNear(one: Date, other: Date | null): boolean {
  return other !== null && Math.abs(one.getTime() - other.getTime()) < NEAR_MS;
}

function isUnpaid(state: Pick<AccountState, "status">): boolean {
  return state.status === "past_due" || state.status === "unpaid";
}

/** Which of two plans is larger: the later one in the order in which they are offered. */
export function rankOf(planId: PlanId): number {
  return PLAN_IDS.findIndex((id) => id === planId);
}

function offered(planId: PlanId | null): Offered | null {
  return PLAN_IDS.find((id) => id === planId) ?? null;
}
