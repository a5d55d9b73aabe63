import type { Tx } from "@/lib/platform/db";

export async function isMailWritten(tx: Tx, tenantId: string, key: string): Promise<boolean> {
  return (await tx.billingMail.count({ where: { tenantId, key } })) > 0;
}
