/** A larger plan, at once: shown to the cent before anything is charged, and charged as it was shown, once the bank is content. */
import { AppError } from "@/lib/core/errors";
import { HOUR_MS, SECOND_MS } from "@/lib/core/time";
import { stripe } from "@/lib/platform/stripe";
import type { Actor } from "@/lib/audit/service";
import { rankOf } from "@/lib/billing/account/changes";
import { syncAccount } from "@/lib/billing/account/sync";
import type { AccountState } from "@/lib/billing/account/state";
import { OVERAGE_PRODUCT, requirePriceOf } from "@/lib/billing/catalogue";
import type { PlanId } from "@/lib/billing/plans";
import { dropPending, outcomeOf, type ChangeOutcome } from "@/lib/billing/pending-change";
import { toReadError } from "@/lib/billing/stripe-errors";
import { planName, releaseSchedule, requireNoContract, requirePlanItem, requireRunning, type RunningAccount } from "@/lib/billing/subscription";
import { toUpgradePreview, type UpgradePreview } from "@/lib/billing/upgrade-preview";
import { inTurn, settle } from "@/lib/billing/turn/turn";

/** For how long an amount that was shown may be agreed to. */
const PREVIEW_GOOD_MS = HOUR_MS;
const UNCHANGED = "Nothing was charged, and the plan was not changed.";

export type { UpgradePreview } from "@/lib/billing/upgrade-preview";

/** What moving to a larger plan costs at this moment. @throws AppError `conflict` where it cannot be moved to, `unavailable` while Stripe is away */
export async function previewUpgrade(tenantId: string, planId: PlanId): Promise<UpgradePreview> {
  try {
    const now = await syncAccount(tenantId);
    await requireNoContract(tenantId, now);
    const account = requireUpgradable(now, planId);
    return (await ask(account, planId, Math.floor(Date.now() / SECOND_MS))).preview;
  } catch (error) {
    throw toReadError(error);
  }
}

/**
 * Moves to a larger plan and charges what was shown. Where the bank wants its customer to confirm the payment, the change waits for
 * that, and the plan is the former one until then; whoever asks again meanwhile is told of the one that waits.
 * @param shown what the person agreed to
 * @throws AppError `conflict` without a card, when the card is declined, or when the amount is not what was shown; the plan is the former one then
 */
export async function upgrade(actor: Actor, planId: PlanId, shown: { prorationDate: number; dueCents: number }): Promise<ChangeOutcome> {
  const { tenantId } = actor;
  return inTurn(tenantId, async (turn, now) => {
    await requireNoContract(tenantId, now);
    const account = requireUpgradable(now, planId);
    if (account.pending?.needsConfirmation && account.pending.planId === planId) return { waits: true };
    if (!account.card) throw new AppError("conflict", `Add a card first; nothing was charged, and the plan is still ${planName(account.planId)}.`);
    const { billsUsage } = await requireAsShown(account, planId, shown);
    await dropPending(turn, account);
    await releaseSchedule(turn, account);
    const { itemId } = await requirePlanItem(account.subscriptionId);
    const changed = await stripe().subscriptions.update(account.subscriptionId, {
      items: [{ id: itemId, price: await requirePriceOf(planId) }],
      proration_behavior: "always_invoice", proration_date: shown.prorationDate,
      // Usage on the invoice of a change that is never confirmed would be on no other one: such a change does not wait.
      payment_behavior: billsUsage ? "error_if_incomplete" : "pending_if_incomplete",
    }, { idempotencyKey: turn.key("upgrade", account.subscriptionId, planId, shown.prorationDate) });
    const outcome = await outcomeOf(turn, changed, UNCHANGED);
    await settle(actor, { action: "subscription.upgrade_requested", targetType: "tenant", targetId: tenantId, before: { plan: account.planId }, after: { plan: planId, due_cents: shown.dueCents, waits: outcome.waits } });
    return outcome;
  }, UNCHANGED);
}

/** Another plan for the rest of the trial, larger or smaller. Nothing is charged. @throws AppError `conflict` without a trial */
export async function switchTrialPlan(actor: Actor, planId: PlanId): Promise<void> {
  const { tenantId } = actor;
  await inTurn(tenantId, async (turn, now) => {
    await requireNoContract(tenantId, now);
    const account = requireRunning(now);
    if (account.status !== "trialing") throw new AppError("conflict", "This workspace is not in trial. Nothing was changed.");
    if (account.planId === planId) return;
    if (account.cancelAt) throw new AppError("conflict", "This trial was canceled. Resume it first; nothing was changed.");
    const price = await requirePriceOf(planId);
    await dropPending(turn, account);
    const { itemId } = await requirePlanItem(account.subscriptionId);
    await stripe().subscriptions.update(account.subscriptionId, { items: [{ id: itemId, price }], proration_behavior: "none" }, { idempotencyKey: turn.key("switch_trial_plan", account.subscriptionId, planId) });
    await settle(actor, { action: "subscription.trial_plan_requested", targetType: "tenant", targetId: tenantId, before: { plan: account.planId }, after: { plan: planId } });
  }, "The plan was not changed.");
}

function requireUpgradable(now: AccountState | null, planId: PlanId): RunningAccount {
  const account = requireRunning(now);
  if (account.planId === planId) throw new AppError("conflict", `This workspace is on ${planName(planId)} already. Nothing was charged.`);
  if (rankOf(planId) < rankOf(account.planId)) throw new AppError("conflict", `${planName(planId)} is smaller than ${planName(account.planId)}: it begins when the period ends. Nothing was changed.`);
  if (account.status === "trialing") throw new AppError("conflict", "In trial another plan costs nothing yet: choose it without a charge. Nothing was changed.");
  if (account.cancelAt) throw new AppError("conflict", "This subscription ends with its period. Resume it first; nothing was changed.");
  if (account.scheduledPlanId) throw new AppError("conflict", `A change to ${planName(account.scheduledPlanId)} is scheduled. Undo it first; nothing was changed.`);
  return account;
}

async function requireAsShown(account: RunningAccount, planId: PlanId, shown: { prorationDate: number; dueCents: number }): Promise<{ billsUsage: boolean }> {
  const [at, age] = [shown.prorationDate * SECOND_MS, Date.now() - shown.prorationDate * SECOND_MS];
  // A minute of grace for clocks; never a moment of another period, which would prorate by that one.
  if (age > PREVIEW_GOOD_MS || age < -60 * SECOND_MS || (account.periodStart !== null && at < account.periodStart.getTime())) throw stale();
  const { preview, billsUsage } = await ask(account, planId, shown.prorationDate);
  if (preview.dueCents !== shown.dueCents) throw stale();
  return { billsUsage };
}

function stale(): AppError {
  return new AppError("conflict", "The amount has changed since it was shown. Nothing was charged; look at it again.");
}

async function ask(account: RunningAccount, planId: PlanId, prorationDate: number): Promise<{ preview: UpgradePreview; billsUsage: boolean }> {
  const price = await requirePriceOf(planId);
  const { itemId } = await requirePlanItem(account.subscriptionId);
  const invoice = await stripe().invoices.createPreview({
    subscription: account.subscriptionId,
    subscription_details: { items: [{ id: itemId, price }], proration_behavior: "always_invoice", proration_date: prorationDate },
  });
  const preview = toUpgradePreview(invoice, { planId, prorationDate, nextInvoiceAt: account.periodEnd ?? new Date(), discount: account.discount, hasCard: account.card !== null });
  return { preview, billsUsage: invoice.lines.data.some(({ pricing, quantity }) => pricing?.price_details?.product === OVERAGE_PRODUCT && (quantity ?? 0) > 0) };
}
