import type { Tx } from "@/lib/platform/db";

/** Takes the tenant's turn unless somebody has it; returns its number, or null. */
export async function takeTurnRow(tx: Tx, tenantId: string, seconds: number): Promise<number | null> {
  await tx.billingTurn.createMany({ data: [{ tenantId }], skipDuplicates: true });
  const rows = await tx.$queryRaw<{ seq: bigint }[]>`UPDATE billing_turn SET held_until = now() + make_interval(secs => ${seconds})
    WHERE tenant_id = ${tenantId} AND (held_until IS NULL OR held_until < now()) RETURNING seq`;
  return rows[0] ? Number(rows[0].seq) : null;
}

/** Gives the turn back. @param settled the next one is another: what was asked for has its answer */
export async function endTurnRow(tx: Tx, tenantId: string, seq: number, settled: boolean): Promise<void> {
  await tx.billingTurn.updateMany({ where: { tenantId, seq }, data: { heldUntil: null, ...(settled ? { seq: { increment: 1 } } : {}) } });
}
