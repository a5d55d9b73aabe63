import { recordPlatformAudit } from "@/lib/audit/service";
import { turnOffOverage } from "@/lib/caps/service";
import type { Tx } from "@/lib/platform/db";
import { mailOf, planToFit, type ChangeDetails } from "@/lib/billing/account/change-mails";
import type { AccountChange } from "@/lib/billing/account/changes";
import { isLive, type AccountState } from "@/lib/billing/account/state";
import { countExcess } from "@/lib/billing/fit";
import { findEntitlement } from "@/lib/billing/repo";
import { writeBillingMail } from "@/lib/billing/tell";

export type AppliedChanges = { before: AccountState; after: AccountState; changes: readonly AccountChange[]; details: ChangeDetails };

/** Writes what follows from a change of the account beside the plan in force: an audit row each, the mail where one is wanted, and no overage on Free. */
export async function applyChanges(tx: Tx, tenantId: string, { before, after, changes, details }: AppliedChanges): Promise<void> {
  const [was, is] = [toAudit(before), toAudit(after)];
  for (const change of changes) {
    await recordPlatformAudit(tx, tenantId, { action: `subscription.${change.kind}`, targetType: "tenant", targetId: tenantId, before: was, after: is });
    const fit = planToFit(change);
    const mail = mailOf(change, fit ? await countExcess(tx, tenantId, fit) : { agents: 0, members: 0 }, details);
    if (mail) await writeBillingMail(tx, tenantId, change.key, mail);
  }
  if (changes.length === 0 && JSON.stringify(was) !== JSON.stringify(is)) {
    await recordPlatformAudit(tx, tenantId, { action: "billing.account_updated", targetType: "tenant", targetId: tenantId, before: was, after: is });
  }
  // Chosen for a plan that was paid: who takes one again, chooses again.
  if (isLive(before.status) && !isLive(after.status) && (await findEntitlement(tx, tenantId))?.planId === "free") await turnOffOverage(tx, tenantId);
}

function toAudit({ status, planId, cancelAt, scheduledPlanId, pending }: AccountState) {
  return { status, plan: planId, cancel_at: cancelAt?.toISOString() ?? null, scheduled_plan: scheduledPlanId, waiting_plan: pending?.planId ?? null };
}
