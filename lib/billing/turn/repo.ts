import type { Tx } from "@/lib/platform/db";

/** Takes the tenant's turn unless somebody has it; returns its number, or null. */
export async function takeTurnRow(tx: Tx, tenantId: string, seconds: number): Promise<number | null> {
  const rows = await tx.$queryRaw<{ seq: bigint }[]>`
    INSERT INTO billing_turn AS t (tenant_id, held_until) VALUES (${tenantId}, now() + make_interval(secs => ${seconds}))
    ON CONFLICT (tenant_id) DO UPDATE SET held_until = excluded.held_until WHERE t.held_until IS NULL OR t.held_until < now()
    RETURNING t.seq`;
  return rows[0] ? Number(rows[0].seq) : null;
}

/** Gives the turn back. @param settled the next one is another: what was asked for has its answer */
export async function endTurnRow(tx: Tx, tenantId: string, seq: number, settled: boolean): Promise<void> {
  await tx.billingTurn.updateMany({ where: { tenantId, seq }, data: { heldUntil: null, ...(settled ? { seq: { increment: 1 } } : {}) } });
}
