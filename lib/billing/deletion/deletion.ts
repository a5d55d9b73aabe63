/** A workspace that is to be deleted stops paying with its period, one that is kept goes on, and one that is purged is ended first. */
import { recordPlatformAudit } from "@/lib/audit/service";
import { withTenant } from "@/lib/platform/db";
import { reportError } from "@/lib/platform/report-error";
import { billingEnabled, stripe } from "@/lib/platform/stripe";
import { isLive } from "@/lib/billing/account/state";
import { syncAccount } from "@/lib/billing/account/sync";
import { findDeleteAfter, listSubscriptionsToEnd, markEnded } from "@/lib/billing/deletion/repo";
import { findAccount } from "@/lib/billing/repo";
import { closeCheckouts } from "@/lib/billing/open-checkouts";
import { dropPending } from "@/lib/billing/pending-change";
import { isMissing } from "@/lib/billing/stripe-errors";
import { releaseSchedule } from "@/lib/billing/subscription";
import { inTurn } from "@/lib/billing/turn/turn";

/** Why a subscription ends: what the deletion canceled, keeping the workspace takes back. */
const BY_DELETION = "deletion";
const MOST_AT_ONCE = 100;

/**
 * Cancels or resumes a subscription as the workspace's deletion is asked for or taken back. Goes by what holds now, so that
 * jobs may come late and twice. Job `billing.deletion`.
 */
export async function followDeletion(tenantId: string): Promise<void> {
  const [deleteAfter, account] = await withTenant(tenantId, async (tx) => [await findDeleteAfter(tx, tenantId), await findAccount(tx, tenantId)] as const);
  if (!billingEnabled() || deleteAfter === undefined || !account?.customerId) return;
  const { customerId } = account;
  await inTurn(tenantId, async (turn, found) => {
    // What could still be bought is not any more; what was bought at this moment is canceled like the rest.
    const state = deleteAfter && (await closeCheckouts(customerId, (id) => turn.key("expire_checkout", id))) ? await syncAccount(tenantId) : found;
    if (!state?.subscriptionId || !isLive(state.status)) return;
    const { subscriptionId } = state;
    const event = { targetType: "tenant", targetId: tenantId, after: { reason: BY_DELETION } };
    if (deleteAfter && !state.cancelAt) {
      await dropPending(turn, state);
      await releaseSchedule(turn, state);
      await stripe().subscriptions.update(subscriptionId, { cancel_at_period_end: true, metadata: { canceled_by: BY_DELETION } }, { idempotencyKey: turn.key("cancel", subscriptionId) });
      await syncAccount(tenantId, (tx) => recordPlatformAudit(tx, tenantId, { action: "subscription.cancel_requested", ...event }));
    }
    if (!deleteAfter && state.cancelAt) {
      const { metadata } = await stripe().subscriptions.retrieve(subscriptionId);
      if (metadata.canceled_by !== BY_DELETION) return;
      await stripe().subscriptions.update(subscriptionId, { cancel_at_period_end: false, metadata: { canceled_by: "" } }, { idempotencyKey: turn.key("resume", subscriptionId) });
      await syncAccount(tenantId, (tx) => recordPlatformAudit(tx, tenantId, { action: "subscription.resume_requested", ...event }));
    }
  });
}

/** Ends, at once, what Stripe still has of workspaces whose time has come. The purge waits for it. Returns how many were ended. */
export async function endSubscriptionsOfPurged(): Promise<number> {
  let ended = 0;
  for (const tenantId of await listSubscriptionsToEnd(MOST_AT_ONCE)) {
    try {
      await endSubscriptions(tenantId);
      ended++;
    } catch (error) {
      // Stripe may be away; the next turn comes, and nobody else has to wait for this one.
      reportError(error, { job: "end subscriptions", tenant_id: tenantId });
    }
  }
  return ended;
}

async function endSubscriptions(tenantId: string): Promise<void> {
  const account = await withTenant(tenantId, (tx) => findAccount(tx, tenantId));
  if (!account?.customerId) return;
  const { customerId } = account;
  try {
    if (!billingEnabled()) return await withTenant(tenantId, (tx) => markEnded(tx, tenantId));
    const { data } = await stripe().subscriptions.list({ customer: customerId, status: "all", limit: 100 });
    for (const { id, status, pending_update: waiting, latest_invoice: invoice } of data) {
      if (status === "canceled" || status === "incomplete_expired") continue;
      // Nobody pays for a change of what is gone.
      if (waiting && typeof invoice === "string") await stripe().invoices.voidInvoice(invoice, {}, { idempotencyKey: `drop_change:${tenantId}:${invoice}` });
      await stripe().subscriptions.cancel(id, { invoice_now: true, prorate: false }, { idempotencyKey: `end_subscription:${tenantId}:${id}` });
    }
    await syncAccount(tenantId);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await withTenant(tenantId, (tx) => markEnded(tx, tenantId));
  }
}
