import { AppError } from "@/lib/core/errors";
import { stripe } from "@/lib/platform/stripe";
import type { Actor } from "@/lib/audit/service";
import { inTurn, settle } from "@/lib/billing/turn/turn";

/**
 * Ends the trial now: the plan is charged, and its quotas are whole at once.
 * @throws AppError `conflict` without a trial or a card, or when the card is declined: the trial goes on then
 */
export async function endTrial(actor: Actor): Promise<void> {
  const { tenantId } = actor;
  await inTurn(tenantId, async (turn, account) => {
    if (account?.status !== "trialing" || account.subscriptionId === null) throw new AppError("conflict", "This workspace is not in trial. Nothing was changed.");
    if (account.cancelAt) throw new AppError("conflict", "This trial was canceled. Resume it first; nothing was changed.");
    if (!account.card) throw new AppError("conflict", "Add a card first; nothing was charged, and the trial goes on.");
    await stripe().subscriptions.update(account.subscriptionId, { trial_end: "now", proration_behavior: "none", payment_behavior: "error_if_incomplete" }, { idempotencyKey: turn.key("end_trial", account.subscriptionId) });
    await settle(actor, { action: "subscription.trial_end_requested", targetType: "tenant", targetId: tenantId, after: { plan: account.planId } });
  }, "Nothing was charged, and the trial goes on.");
}
