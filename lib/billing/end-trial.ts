import { AppError } from "@/lib/core/errors";
import { stripe } from "@/lib/platform/stripe";
import type { Actor } from "@/lib/audit/service";
import { dropPending, outcomeOf, type ChangeOutcome } from "@/lib/billing/pending-change";
import { inTurn, settle } from "@/lib/billing/turn/turn";

const UNCHANGED = "Nothing was charged, and the trial goes on.";

/**
 * Ends the trial now: the plan is charged, and its quotas are whole at once. Where the bank wants its customer to confirm the payment, the
 * trial goes on until that is done; whoever asks again meanwhile is told of the one that waits.
 * @throws AppError `conflict` without a trial or a card, or when the card is declined: the trial goes on then
 */
export async function endTrial(actor: Actor): Promise<ChangeOutcome> {
  const { tenantId } = actor;
  return inTurn(tenantId, async (turn, account) => {
    if (account?.status !== "trialing" || account.subscriptionId === null) throw new AppError("conflict", "This workspace is not in trial. Nothing was changed.");
    if (account.cancelAt) throw new AppError("conflict", "This trial was canceled. Resume it first; nothing was changed.");
    if (!account.card) throw new AppError("conflict", "Add a card first; nothing was charged, and the trial goes on.");
    if (account.pending?.needsConfirmation && account.pending.endsTrial) return { waits: true };
    await dropPending(turn, account);
    const changed = await stripe().subscriptions.update(account.subscriptionId, { trial_end: "now", proration_behavior: "none", payment_behavior: "pending_if_incomplete" }, { idempotencyKey: turn.key("end_trial", account.subscriptionId) });
    const outcome = await outcomeOf(turn, changed, UNCHANGED);
    await settle(actor, { action: "subscription.trial_end_requested", targetType: "tenant", targetId: tenantId, after: { plan: account.planId, waits: outcome.waits } });
    return outcome;
  }, UNCHANGED);
}
