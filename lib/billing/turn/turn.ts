/**
 * Changes of one tenant's subscription, one after the other. No lock is held while Stripe is asked: whoever has the turn is
 * written down, and it passes by itself when a process dies with it.
 */
import { AppError } from "@/lib/core/errors";
import { withTenant } from "@/lib/platform/db";
import { reportError } from "@/lib/platform/report-error";
import { recordAudit, type Actor, type AuditEvent } from "@/lib/audit/service";
import type { AccountState } from "@/lib/billing/account/state";
import { syncAccount } from "@/lib/billing/account/sync";
import { keyOfDeed, type Deed } from "@/lib/billing/idempotency-keys";
import { isFault, isUncertain, notKnownYet, toAppError } from "@/lib/billing/stripe-errors";
import { endTurnRow, takeTurnRow } from "@/lib/billing/turn/repo";

/** Longer than the calls of one turn take, with their repeats. */
const HELD_S = 120;

export type Turn = {
  tenantId: string;
  seq: number;
  /** The idempotency key of a write in this turn. */
  key: (deed: Deed, ...parts: (string | number)[]) => string;
};

/**
 * Runs one change of a tenant's subscription. `work` is given the account as Stripe has it at this moment, or null for a
 * tenant that is no customer yet, and decides on that rather than on what a page showed.
 * @throws AppError `conflict` while another change is under way or when the bank declined, `unavailable` while Stripe does not answer or when this
 * side failed after it was asked: then it is not known whether the change was made
 */
export async function inTurn<T>(tenantId: string, work: (turn: Turn, account: AccountState | null) => Promise<T>, unchanged?: string): Promise<T> {
  const seq = await withTenant(tenantId, (tx) => takeTurnRow(tx, tenantId, HELD_S));
  if (seq === null) throw new AppError("conflict", "Another change of this workspace’s plan is under way. Nothing was changed. Reload the page in a moment.");
  let [settled, wrote] = [false, false];
  const key: Turn["key"] = (deed, ...parts) => {
    wrote = true;
    return keyOfDeed({ tenantId, seq }, deed, ...parts);
  };
  try {
    const result = await work({ tenantId, seq, key }, await syncAccount(tenantId));
    settled = true;
    return result;
  } catch (error) {
    // Asked again under the same key, what Stripe may have done already is not done twice.
    settled = !isUncertain(error);
    if (!wrote || isUncertain(error) || !isFault(error)) throw toAppError(error, unchanged);
    reportError(error, { job: "change at Stripe", tenant_id: tenantId });
    throw notKnownYet("Something failed on our side after Stripe was asked", error);
  } finally {
    await endTurn(tenantId, seq, settled);
  }
}

/** A turn that cannot be given back passes by itself: what came of the change is not made another thing by that. */
async function endTurn(tenantId: string, seq: number, settled: boolean): Promise<void> {
  try {
    await withTenant(tenantId, (tx) => endTurnRow(tx, tenantId, seq, settled));
  } catch (error) {
    reportError(error, { job: "end of a turn", tenant_id: tenantId });
  }
}

/**
 * Writes down who did what was just done at Stripe, and puts what follows from it in force, without waiting for an event.
 * What was done stays done when Stripe does not answer this time: its event brings the rest.
 */
export async function settle(actor: Actor, event: AuditEvent): Promise<AccountState | null> {
  try {
    return await syncAccount(actor.tenantId, (tx) => recordAudit(tx, actor, event));
  } catch (error) {
    reportError(error, { job: "sync after a change", tenant_id: actor.tenantId });
    await withTenant(actor.tenantId, (tx) => recordAudit(tx, actor, event));
    return null;
  }
}
