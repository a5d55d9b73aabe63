/** A smaller plan, from the next period on. */
import type Stripe from "stripe";
import { AppError } from "@/lib/core/errors";
import { stripe } from "@/lib/platform/stripe";
import type { Actor } from "@/lib/audit/service";
import { rankOf } from "@/lib/billing/account/changes";
import { itemsOf } from "@/lib/billing/catalogue";
import type { PlanId } from "@/lib/billing/plans";
import { dropPending } from "@/lib/billing/pending-change";
import { planName, releaseSchedule, requireNoContract, requireRunning } from "@/lib/billing/subscription";
import { inTurn, settle, type Turn } from "@/lib/billing/turn/turn";

/**
 * Schedules a smaller plan for the end of the period. Until then nothing changes; the plan that was paid stays in force.
 * Asking for what is scheduled already changes nothing.
 * @throws AppError `conflict` where it is not smaller, in trial, while something is owed or the subscription ends anyway
 */
export async function scheduleDowngrade(actor: Actor, planId: PlanId): Promise<void> {
  const { tenantId } = actor;
  await inTurn(tenantId, async (turn, now) => {
    await requireNoContract(tenantId, now);
    const account = requireRunning(now);
    if (account.scheduledPlanId === planId) return;
    if (rankOf(planId) >= rankOf(account.planId)) throw new AppError("conflict", `${planName(planId)} is not smaller than ${planName(account.planId)}. Nothing was changed.`);
    if (account.status === "trialing") throw new AppError("conflict", "In trial another plan begins at once, and costs nothing yet. Nothing was changed.");
    if (account.cancelAt) throw new AppError("conflict", "This subscription ends with its period. Resume it first; nothing was changed.");
    const items = await itemsOf(planId);
    await dropPending(turn, account);
    await releaseSchedule(turn, account);
    await schedule(turn, account.subscriptionId, planId, items);
    await settle(actor, { action: "subscription.downgrade_requested", targetType: "tenant", targetId: tenantId, before: { plan: account.planId }, after: { plan: planId } });
  }, "The plan was not changed.");
}

/** Takes a scheduled plan back: the present one goes on. False: nothing is scheduled any more. */
export async function undoDowngrade(actor: Actor): Promise<boolean> {
  const { tenantId } = actor;
  return inTurn(tenantId, async (turn, account) => {
    if (!account?.scheduledPlanId) return false;
    await releaseSchedule(turn, account);
    await settle(actor, { action: "subscription.downgrade_undo_requested", targetType: "tenant", targetId: tenantId, before: { scheduled_plan: account.scheduledPlanId } });
    return true;
  }, "The scheduled change stands.");
}

async function schedule(turn: Turn, subscriptionId: string, planId: PlanId, items: Awaited<ReturnType<typeof itemsOf>>): Promise<void> {
  const made = await stripe().subscriptionSchedules.create({ from_subscription: subscriptionId }, { idempotencyKey: turn.key("create_schedule", subscriptionId, planId) });
  try {
    const [present] = made.phases;
    if (!present) throw new Error(`The schedule ${made.id} has no phase.`);
    await stripe().subscriptionSchedules.update(made.id, {
      end_behavior: "release", metadata: { tenant_id: turn.tenantId },
      phases: [
        { ...kept(present), start_date: present.start_date, end_date: present.end_date },
        // What the phase is for stands in its metadata: whoever reads the schedule finds the plan without its prices.
        { ...kept(present), items, duration: { interval: "month", interval_count: 1 }, proration_behavior: "none", metadata: { tenant_id: turn.tenantId, plan_id: planId } },
      ],
    }, { idempotencyKey: turn.key("set_schedule", made.id, planId) });
  } catch (error) {
    // One without its second phase would lead the subscription nowhere, and be in the way of every other change.
    await stripe().subscriptionSchedules.release(made.id, {}, { idempotencyKey: turn.key("release_schedule", made.id) });
    throw error;
  }
}

/** What of a phase has to be said again, or would be lost with the update. */
function kept(phase: Stripe.SubscriptionSchedule.Phase): Pick<Stripe.SubscriptionScheduleUpdateParams.Phase, "items" | "discounts"> {
  const discounts = phase.discounts.flatMap(({ discount, coupon, promotion_code: code }): Stripe.SubscriptionScheduleUpdateParams.Phase.Discount[] => {
    if (discount) return [{ discount: idOf(discount) }];
    if (coupon) return [{ coupon: idOf(coupon) }];
    return code ? [{ promotion_code: idOf(code) }] : [];
  });
  return {
    items: phase.items.map(({ price, quantity }) => ({ price: idOf(price), ...(quantity === undefined ? {} : { quantity }) })),
    ...(discounts.length > 0 ? { discounts } : {}),
  };
}

function idOf(object: string | { id: string }): string {
  return typeof object === "string" ? object : object.id;
}
