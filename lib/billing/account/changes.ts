import { recordPlatformAudit } from "@/lib/audit/service";
import type { Tx } from "@/lib/platform/db";
import type { AccountState } from "@/lib/billing/account/state";

/** Writes what follows from a change of the account beside the plan in force: the audit row. */
export async function applyChanges(tx: Tx, tenantId: string, before: AccountState, after: AccountState): Promise<void> {
  const [was, is] = [toAudit(before), toAudit(after)];
  if (JSON.stringify(was) === JSON.stringify(is)) return;
  await recordPlatformAudit(tx, tenantId, { action: "billing.account_updated", targetType: "tenant", targetId: tenantId, before: was, after: is });
}

function toAudit({ status, planId, cancelAt, scheduledPlanId }: AccountState) {
  return { status, plan: planId, cancel_at: cancelAt?.toISOString() ?? null, scheduled_plan: scheduledPlanId };
}
