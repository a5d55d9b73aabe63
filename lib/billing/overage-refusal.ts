import type { Tx } from "@/lib/platform/db";
import { findAccount } from "@/lib/billing/repo";

/** Why overage may not be switched on or raised for now: nothing is lent to a trial, nor on top of what is owed. Null: it may. */
export async function overageRefusal(tx: Tx, tenantId: string): Promise<string | null> {
  const status = (await findAccount(tx, tenantId))?.state.status;
  if (status === "trialing") return "A trial has no overage. Switch it on when the paid plan has begun; nothing was changed.";
  if (status === "past_due" || status === "unpaid") return "An invoice is unpaid. Pay it first; nothing was changed.";
  return null;
}
