import type { BillingInvoice } from "@/prisma/generated/client";
import type { Tx } from "@/lib/platform/db";
import type { InvoiceLine, InvoiceState, InvoiceStatus } from "@/lib/billing/invoices/state";

/** An invoice with what its writing depends on. */
export type StoredInvoice = { id: string; syncSeq: number; state: InvoiceState; refundedCents: number };

export async function findInvoice(tx: Tx, tenantId: string, id: string): Promise<StoredInvoice | null> {
  const row = await tx.billingInvoice.findUnique({ where: { tenantId_id: { tenantId, id } }, omit: { tenantId: true } });
  return row && toStored(row);
}

/**
 * Writes an invoice that was fetched after `seenSeq` was read (null: there was no row yet). False: somebody wrote meanwhile, and it
 * has to be fetched again.
 */
export async function writeInvoice(tx: Tx, tenantId: string, id: string, seenSeq: number | null, state: InvoiceState): Promise<boolean> {
  if (seenSeq === null) return (await tx.billingInvoice.createMany({ data: [{ tenantId, id, syncSeq: 1, ...state }], skipDuplicates: true })).count === 1;
  const { count } = await tx.billingInvoice.updateMany({ where: { tenantId, id, syncSeq: seenSeq }, data: { ...state, syncSeq: { increment: 1 } } });
  return count === 1;
}

/** Says that a draft is gone; false as above. */
export async function markInvoiceDeleted(tx: Tx, tenantId: string, id: string, seenSeq: number): Promise<boolean> {
  const { count } = await tx.billingInvoice.updateMany({ where: { tenantId, id, syncSeq: seenSeq }, data: { status: "deleted", syncSeq: { increment: 1 } } });
  return count === 1;
}

/** Adds up what of an invoice was given back, from the refunds that are known. Call it whenever one of the two is written, under the tenant's lock. */
export async function addUpRefunds(tx: Tx, tenantId: string, invoiceId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE billing_invoice SET refunded_cents = (
      SELECT coalesce(sum(f.amount_cents), 0) FROM billing_flag f
      WHERE f.tenant_id = ${tenantId} AND f.invoice_id = ${invoiceId} AND f.kind = 'refund' AND f.status NOT IN ('failed', 'canceled'))
    WHERE tenant_id = ${tenantId} AND id = ${invoiceId}`;
}

function toStored(row: Omit<BillingInvoice, "tenantId">): StoredInvoice {
  const { id, syncSeq, refundedCents, lines, status, ...rest } = row;
  // Only `writeInvoice` writes these columns, from values of these types.
  return { id, syncSeq: Number(syncSeq), refundedCents, state: { ...rest, status: status as InvoiceStatus, lines: lines as InvoiceLine[] } };
}
