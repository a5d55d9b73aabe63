/**
 * A change that is paid at once may have to be confirmed at the customer's bank first. Stripe keeps such a change with its open invoice (a
 * pending update): it takes effect when the invoice is paid, and is thrown away with it after a day at most. Nothing of it holds before.
 */
import type Stripe from "stripe";
import { AppError } from "@/lib/core/errors";
import { stripe } from "@/lib/platform/stripe";
import type { Actor } from "@/lib/audit/service";
import type { PendingChange } from "@/lib/billing/account/state";
import { syncAccount } from "@/lib/billing/account/sync";
import { fetchInvoice } from "@/lib/billing/invoices/fetch";
import { paymentOf } from "@/lib/billing/invoices/projection";
import { declinedBy, isRefused } from "@/lib/billing/stripe-errors";
import { inTurn, settle, type Turn } from "@/lib/billing/turn/turn";

/** What came of a change: it is in force, or waits for its customer's bank. */
export type ChangeOutcome = { waits: boolean };

/**
 * What came of the payment of a change that was made with `pending_if_incomplete`. Where the bank refused, the change is taken
 * back with its invoice: nobody is left with something half-done that they were told had failed.
 * @param unchanged says what was not changed
 * @throws AppError `conflict` in the bank's words
 */
export async function outcomeOf(turn: Turn, { pending_update: waiting, latest_invoice: latest }: Stripe.Subscription, unchanged: string): Promise<ChangeOutcome> {
  if (!waiting || !latest) return { waits: false };
  const invoiceId = typeof latest === "string" ? latest : latest.id;
  const fetched = await fetchInvoice(invoiceId);
  if (fetched?.invoice.status === "paid") return { waits: false };
  if (fetched && paymentOf(fetched.invoice) === "needs_action") return { waits: true };
  await voidWaiting(turn, invoiceId);
  await syncAccount(turn.tenantId);
  throw declinedBy(fetched?.invoice ?? null, unchanged);
}

/** Takes a change that waits off a subscription, before another change is made. @throws AppError `conflict` when it was paid at this moment */
export async function dropPending(turn: Turn, { pending }: { pending: PendingChange | null }): Promise<void> {
  if (pending) await voidWaiting(turn, pending.invoiceId);
}

/** Leaves a change be that waits for its payment: the plan stays as it is, and nothing is charged. False: nothing waits any more, also because it was paid. */
export async function leavePendingChange(actor: Actor): Promise<boolean> {
  const { tenantId } = actor;
  return inTurn(tenantId, async (turn, account) => {
    if (!account?.pending) return false;
    await dropPending(turn, account);
    await settle(actor, { action: "subscription.waiting_change_dropped", targetType: "tenant", targetId: tenantId, before: { plan: account.planId, waiting_plan: account.pending.planId } });
    return true;
  }, "The change still waits to be confirmed.");
}

/** Voiding its invoice is how a pending update is canceled at Stripe. */
async function voidWaiting(turn: Turn, invoiceId: string): Promise<void> {
  try {
    await stripe().invoices.voidInvoice(invoiceId, {}, { idempotencyKey: turn.key("drop_change", invoiceId) });
  } catch (error) {
    // Its time may be over; paid, it has taken effect and cannot be taken back.
    if (!isRefused(error)) throw error;
    const { status } = (await fetchInvoice(invoiceId))?.invoice ?? { status: "void" };
    if (status === "void") return;
    if (status !== "paid") throw error;
    await syncAccount(turn.tenantId);
    throw new AppError("conflict", "The change that waited was paid at this moment, and is in force. Nothing else was changed. Reload the page.", { cause: error });
  }
}
