import { AppError } from "@/lib/core/errors";
import { stripe } from "@/lib/platform/stripe";
import type { Actor } from "@/lib/audit/service";
import { isLive } from "@/lib/billing/account/state";
import { dropPending } from "@/lib/billing/pending-change";
import { releaseSchedule, requireNoContract } from "@/lib/billing/subscription";
import { inTurn, settle } from "@/lib/billing/turn/turn";

/**
 * Has the subscription end with its period, a trial with its last day. What was paid can be used until then.
 * Canceling twice is no error. @throws AppError `conflict` without a subscription
 */
export async function cancelSubscription(actor: Actor): Promise<void> {
  const { tenantId } = actor;
  await inTurn(tenantId, async (turn, account) => {
    await requireNoContract(tenantId, account);
    if (!account || account.subscriptionId === null || !isLive(account.status)) throw new AppError("conflict", "This workspace has no subscription. Nothing was changed.");
    if (account.cancelAt) return;
    // Confirmed after this, it would be charged for and end all the same.
    await dropPending(turn, account);
    await releaseSchedule(turn, account);
    await stripe().subscriptions.update(account.subscriptionId, { cancel_at_period_end: true, metadata: { canceled_by: "member" } }, { idempotencyKey: turn.key("cancel", account.subscriptionId) });
    await settle(actor, { action: "subscription.cancel_requested", targetType: "tenant", targetId: tenantId, before: { plan: account.planId } });
  }, "The subscription goes on.");
}

/** Takes a cancellation back while the subscription still runs. False: it was not going to end. @throws AppError `conflict` once it has ended */
export async function resumeSubscription(actor: Actor): Promise<boolean> {
  const { tenantId } = actor;
  return inTurn(tenantId, async (turn, account) => {
    if (!account || account.subscriptionId === null || !isLive(account.status)) throw new AppError("conflict", "This subscription has ended. Nothing was changed; you can buy a plan again.");
    if (!account.cancelAt) return false;
    await requireNoContract(tenantId, account);
    await stripe().subscriptions.update(account.subscriptionId, { cancel_at_period_end: false, metadata: { canceled_by: "" } }, { idempotencyKey: turn.key("resume", account.subscriptionId) });
    await settle(actor, { action: "subscription.resume_requested", targetType: "tenant", targetId: tenantId, after: { plan: account.planId } });
    return true;
  }, "The cancellation stands.");
}
