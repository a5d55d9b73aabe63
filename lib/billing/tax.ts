import { env } from "@/lib/platform/env";
import { stripe } from "@/lib/platform/stripe";
import { isLive, type AccountState } from "@/lib/billing/account/state";
import { inTurn } from "@/lib/billing/turn/turn";

/**
 * Has tax worked out on a subscription that began without an address, as a trial does, once there is one. Where Stripe Tax
 * is off, or is on for it already, nothing is changed.
 */
export async function ensureTax(tenantId: string, account: AccountState | null): Promise<void> {
  if (env().STRIPE_TAX !== "on" || !account?.subscriptionId || !account.country || !isLive(account.status)) return;
  const { subscriptionId } = account;
  if ((await stripe().subscriptions.retrieve(subscriptionId)).automatic_tax.enabled) return;
  await inTurn(tenantId, async (turn) => {
    await stripe().subscriptions.update(subscriptionId, { automatic_tax: { enabled: true } }, { idempotencyKey: turn.key("turn_on_tax", subscriptionId) });
  });
}
