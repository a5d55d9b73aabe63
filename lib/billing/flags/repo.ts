import type { Tx } from "@/lib/platform/db";

/** Money that went back, or that a bank wants back, as Stripe has it. US cents. `status`: Stripe's word. */
export type Flag = { id: string; kind: "refund" | "dispute"; invoiceId: string | null; chargeId: string; amountCents: number; status: string; reason: string | null; createdAt: Date };
export type StoredFlag = { syncSeq: number; amountCents: number; status: string };

/** What is stored of some flags, by their ids. */
export async function findFlags(tx: Tx, tenantId: string, where: { chargeId: string } | { id: string }): Promise<Map<string, StoredFlag>> {
  const rows = await tx.billingFlag.findMany({ where: { tenantId, ...where }, select: { id: true, syncSeq: true, amountCents: true, status: true } });
  return new Map(rows.map(({ id, syncSeq, amountCents, status }) => [id, { syncSeq: Number(syncSeq), amountCents, status }]));
}

/** Writes a flag that was fetched after `seenSeq` was read (null: there was none). False: somebody wrote meanwhile. */
export async function writeFlag(tx: Tx, tenantId: string, seenSeq: number | null, { id, kind, ...flag }: Flag): Promise<boolean> {
  if (seenSeq === null) return (await tx.billingFlag.createMany({ data: [{ tenantId, id, kind, syncSeq: 1, ...flag }], skipDuplicates: true })).count === 1;
  const { count } = await tx.billingFlag.updateMany({ where: { tenantId, id, syncSeq: seenSeq }, data: { ...flag, syncSeq: { increment: 1 } } });
  return count === 1;
}
