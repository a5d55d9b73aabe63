/**
 * Brings a tenant's account to what Stripe has now. Nothing is taken from an event, so that events may come late, twice and in
 * any order: whoever comes last has fetched what is true last.
 */
import { withTenant, type Tx } from "@/lib/platform/db";
import { openQueue } from "@/lib/platform/queue";
import { forgetKeysOf } from "@/lib/keys/service";
import { lockTenant } from "@/lib/tenants/service";
import { forgetPreview } from "@/lib/billing/invoices/preview";
import { applyChanges } from "@/lib/billing/account/apply-changes";
import { changesOf } from "@/lib/billing/account/changes";
import { fetchDetails } from "@/lib/billing/account/details";
import { entitlementOf, type Entitlement } from "@/lib/billing/account/entitlement";
import { fetchAccount } from "@/lib/billing/account/fetch";
import { projectAccount } from "@/lib/billing/account/projection";
import { NO_ACCOUNT, type AccountState } from "@/lib/billing/account/state";
import { findAccount, findContractTerm, findEntitlement, setEntitlement, writeAccount } from "@/lib/billing/repo";
import { startingPlan } from "@/lib/billing/service";

const MOST_ATTEMPTS = 10;

/**
 * Fetches the tenant's customer and subscription and writes what follows: the row, the plan in force, audit rows and mails, in
 * one transaction with whatever `also` writes. A tenant that is no customer stays as it is.
 * @throws whatever Stripe answers, and Error when others kept writing meanwhile; nothing is written then
 */
export async function syncAccount(tenantId: string, also?: (tx: Tx) => Promise<void>): Promise<AccountState | null> {
  // A change may ask for a mail, and no connection is made inside a transaction.
  await openQueue();
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    // Read before Stripe is asked: only a row that is still this one may be replaced by the answer.
    const seen = await withTenant(tenantId, (tx) => findAccount(tx, tenantId));
    if (!seen?.customerId) {
      if (also) await withTenant(tenantId, also);
      return null;
    }
    const after = projectAccount(await fetchAccount(seen.customerId));
    const changes = changesOf(seen.state, after, { now: new Date(), seq: seen.syncSeq + 1 });
    const details = await fetchDetails(changes, after);
    const outcome = await withTenant(tenantId, async (tx) => {
      await lockTenant(tx, tenantId);
      if (!(await writeAccount(tx, tenantId, seen.syncSeq, after))) return null;
      const changed = await enforce(tx, tenantId, after);
      await applyChanges(tx, tenantId, { before: seen.state, after, changes, details });
      await also?.(tx);
      return { changed };
    });
    if (!outcome) continue;
    // The edge keeps a key's requests a minute for a while; now it has to ask.
    if (outcome.changed) await forgetKeysOf(tenantId);
    forgetPreview(tenantId);
    return after;
  }
  throw new Error(`The account of ${tenantId} was written by others ${MOST_ATTEMPTS} times while Stripe was asked.`);
}

/**
 * Puts in force what the stored account and the clock say, without asking Stripe: grace that has ended, a contract that begins.
 * Returns whether anything changed.
 */
export async function enforceStored(tenantId: string): Promise<boolean> {
  const changed = await withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const stored = await findAccount(tx, tenantId);
    // Without a customer there is only a contract to go by; who has neither keeps the plan that somebody gave them.
    return stored || (await findContractTerm(tx, tenantId)) ? enforce(tx, tenantId, stored?.state ?? NO_ACCOUNT) : false;
  });
  if (changed) await forgetKeysOf(tenantId);
  return changed;
}

async function enforce(tx: Tx, tenantId: string, state: AccountState): Promise<boolean> {
  const [before, contract] = [await findEntitlement(tx, tenantId), await findContractTerm(tx, tenantId)];
  const after = entitlementOf(state, contract, new Date(), startingPlan());
  if (!before || isSame(before, after)) return false;
  await setEntitlement(tx, tenantId, after);
  return true;
}

function isSame(a: Entitlement, b: Entitlement): boolean {
  return a.planId === b.planId && a.anchorAt?.getTime() === b.anchorAt?.getTime() && a.trialEndsAt?.getTime() === b.trialEndsAt?.getTime();
}
