import { withTenant } from "@/lib/platform/db";
import { billingEnabled } from "@/lib/platform/stripe";
import { hashMailbox, isThrowaway } from "@/lib/billing/address";
import { readBilling } from "@/lib/billing/overview/service";
import { hasTrialBegun, isTrialTaken } from "@/lib/billing/trial/repo";

/** Whether this person would be given a trial in this workspace, from what is known here. What would be refused is not offered; asking decides once more. */
export async function isTrialOffered(tenantId: string, email: string): Promise<boolean> {
  if (!billingEnabled() || isThrowaway(email)) return false;
  const { standing, account, debt } = await readBilling(tenantId);
  if (standing.kind !== "free" || debt !== null || (account?.trialStartsAt ?? null) !== null) return false;
  return withTenant(tenantId, async (tx) => !(await hasTrialBegun(tx, tenantId)) && !(await isTrialTaken(tx, tenantId, hashMailbox(email))));
}
