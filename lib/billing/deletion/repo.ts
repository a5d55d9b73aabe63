import { callFunction, type Tx } from "@/lib/platform/db";

/** When the workspace is deleted; null: it is kept. Undefined: it is gone. */
export async function findDeleteAfter(tx: Tx, tenantId: string): Promise<Date | null | undefined> {
  return (await tx.tenant.findUnique({ where: { id: tenantId }, select: { deleteAfter: true } }))?.deleteAfter;
}

/** Workspaces whose time has come while Stripe still has a subscription of theirs. */
export async function listSubscriptionsToEnd(most: number): Promise<string[]> {
  const rows = await callFunction<{ tenant_id: string }>("subscriptions_to_end", "SELECT subscriptions_to_end($1) AS tenant_id", [most]);
  return rows.map((row) => row.tenant_id);
}

/** Takes a subscription for ended of which Stripe knows nothing, or that nobody can ask for any more. */
export async function markEnded(tx: Tx, tenantId: string): Promise<void> {
  await tx.billingAccount.updateMany({ where: { tenantId }, data: { status: "canceled", endedAt: new Date(), syncSeq: { increment: 1 } } });
}
