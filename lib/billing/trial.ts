import { AppError } from "@/lib/core/errors";
import { withTenant } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { stripe } from "@/lib/platform/stripe";
import type { Actor } from "@/lib/audit/service";
import { ensureCustomer } from "@/lib/billing/account/customer";
import { isLive, type AccountState } from "@/lib/billing/account/state";
import { syncAccount } from "@/lib/billing/account/sync";
import { hashMailbox, isThrowaway } from "@/lib/billing/address";
import { itemsOf } from "@/lib/billing/catalogue";
import { requireNothingOwed } from "@/lib/billing/debt";
import { closeCheckouts } from "@/lib/billing/open-checkouts";
import { PLANS, type PlanId } from "@/lib/billing/plans";
import { requireNoContract } from "@/lib/billing/subscription";
import { claimTrialRow } from "@/lib/billing/trial/repo";
import { inTurn, settle } from "@/lib/billing/turn/turn";

export type Buyer = { workspace: string; email: string };

const REFUSED = {
  address_used: "This mail address has had a trial already. There is one for each person. Nothing was changed; you can buy a plan.",
  tenant_used: "This workspace has had its trial. Nothing was changed; you can buy a plan.",
} as const;

/**
 * Starts the trial of a plan: no card, 14 days, a tenth of its minutes and model spend. One for a mailbox and one for a
 * tenant; every account's address was confirmed by a mailed link or by GitHub or Google.
 * @throws AppError `conflict` where it was had already, the address is a throwaway one, something is owed, or a subscription lives; `unavailable`
 * while Stripe is away: the same workspace can ask again then
 */
export async function startTrial(actor: Actor, buyer: Buyer, planId: PlanId): Promise<void> {
  const days = PLANS[planId].trialDays;
  if (days === null) throw new AppError("conflict", `${PLANS[planId].name} has no trial. Nothing was changed.`);
  if (isThrowaway(buyer.email)) {
    throw new AppError("conflict", "Your mail address belongs to a throwaway mail service, and a trial needs one that lasts. Nothing was changed. Sign in with another address, or buy a plan.");
  }
  const { tenantId } = actor;
  await inTurn(tenantId, async (turn, account) => {
    await requireNoContract(tenantId, account);
    requireNoneLive(account);
    // Looked up before anything is claimed: where nothing can be sold, nothing is used up.
    const items = await itemsOf(planId);
    const customer = await ensureCustomer(tenantId, { name: buyer.workspace, email: buyer.email });
    await requireNothingOwed(customer, "No trial was started.");
    if (await closeCheckouts(customer, (id) => turn.key("expire_checkout", id))) requireNoneLive(await syncAccount(tenantId));
    const claim = await withTenant(tenantId, (tx) => claimTrialRow(tx, tenantId, hashMailbox(buyer.email)));
    if (claim !== "claimed") throw new AppError("conflict", REFUSED[claim]);
    // The claim alone is no trial: one that failed at Stripe may be asked for again, one that began may not.
    if (await hadTrial(customer)) throw new AppError("conflict", REFUSED.tenant_used);
    const subscription = await stripe().subscriptions.create({
      customer, items, trial_period_days: days, trial_settings: { end_behavior: { missing_payment_method: "cancel" } }, metadata: { tenant_id: tenantId },
      // Without an address there is nothing to work tax out from; Checkout and the portal ask for one.
      ...(env().STRIPE_TAX === "on" && account?.country ? { automatic_tax: { enabled: true } } : {}),
    }, { idempotencyKey: turn.key("start_trial", planId) });
    await settle(actor, { action: "subscription.trial_requested", targetType: "tenant", targetId: tenantId, after: { plan: planId, subscription: subscription.id } });
  }, "No trial was started.");
}

function requireNoneLive(account: AccountState | null): void {
  if (account && isLive(account.status)) throw new AppError("conflict", "This workspace has a subscription already. Nothing was changed.");
}

async function hadTrial(customer: string): Promise<boolean> {
  const { data } = await stripe().subscriptions.list({ customer, status: "all", limit: 100 });
  return data.some((subscription) => subscription.trial_start !== null);
}
