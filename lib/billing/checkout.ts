import { AppError } from "@/lib/core/errors";
import { env } from "@/lib/platform/env";
import { stripe } from "@/lib/platform/stripe";
import type { Actor } from "@/lib/audit/service";
import { ensureCustomer } from "@/lib/billing/account/customer";
import { isLive, type AccountState } from "@/lib/billing/account/state";
import { syncAccount } from "@/lib/billing/account/sync";
import { itemsOf } from "@/lib/billing/catalogue";
import { requireNothingOwed } from "@/lib/billing/debt";
import { closeCheckouts } from "@/lib/billing/open-checkouts";
import type { PlanId } from "@/lib/billing/plans";
import { requireNoContract } from "@/lib/billing/subscription";
import type { Buyer } from "@/lib/billing/trial";
import { inTurn, settle } from "@/lib/billing/turn/turn";
import { billingUrl, plansUrl } from "@/lib/billing/urls";

/**
 * Opens Stripe's page on which a plan is bought, and closes the one that was open before: two tabs cannot buy twice.
 * @param slug of the workspace, for the way back
 * @returns the page's address
 * @throws AppError `conflict` while a subscription lives or something is owed, `unavailable` while Stripe is away
 */
export async function openCheckout(actor: Actor, buyer: Buyer & { slug: string }, planId: PlanId): Promise<string> {
  const { tenantId } = actor;
  return inTurn(tenantId, async (turn, account) => {
    await requireNoContract(tenantId, account);
    requireNoSubscription(account);
    const [planItem, overageItem] = await itemsOf(planId);
    const customer = await ensureCustomer(tenantId, { name: buyer.workspace, email: buyer.email });
    await requireNothingOwed(customer, "Nothing was bought.");
    // What was paid on the former page, a moment ago, is a subscription by now.
    if (await closeCheckouts(customer, (id) => turn.key("expire_checkout", id))) requireNoSubscription(await syncAccount(tenantId));
    // One whose first payment never came could still be paid, beside the new one.
    if (account?.status === "incomplete" && account.subscriptionId) await stripe().subscriptions.cancel(account.subscriptionId, {}, { idempotencyKey: turn.key("end_subscription", account.subscriptionId) });
    const session = await stripe().checkout.sessions.create({
      mode: "subscription", customer, client_reference_id: tenantId, line_items: [planItem, overageItem],
      success_url: billingUrl(buyer.slug, "checkout"), cancel_url: plansUrl(buyer.slug),
      metadata: { tenant_id: tenantId }, subscription_data: { metadata: { tenant_id: tenantId } },
      allow_promotion_codes: true, customer_update: { address: "auto", name: "auto" }, tax_id_collection: { enabled: true },
      ...(env().STRIPE_TAX === "on" ? { automatic_tax: { enabled: true }, billing_address_collection: "required" } : {}),
    }, { idempotencyKey: turn.key("open_checkout", planId) });
    if (!session.url) throw new Error(`Stripe opened the session ${session.id} without an address.`);
    await settle(actor, { action: "subscription.checkout_opened", targetType: "tenant", targetId: tenantId, after: { plan: planId, session: session.id } });
    return session.url;
  }, "Nothing was bought.");
}

function requireNoSubscription(account: AccountState | null): void {
  if (account?.status === "trialing") throw new AppError("conflict", "This workspace is in trial. Add a card to keep its plan, or end the trial now. Nothing was bought.");
  if (account && isLive(account.status)) throw new AppError("conflict", "This workspace has a subscription already. Change its plan instead; nothing was bought.");
}
