/**
 * Brings an invoice's row to what Stripe has now, as `lib/billing/account/sync.ts` does an account: whoever writes last has fetched
 * what is true last. Mails and the audit row follow from the row before and after, in the one transaction.
 */
import { recordPlatformAudit } from "@/lib/audit/service";
import { withTenant, type Tx } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { openQueue } from "@/lib/platform/queue";
import { lockTenant } from "@/lib/tenants/service";
import { findAccount, type StoredAccount } from "@/lib/billing/repo";
import { writeBillingMail } from "@/lib/billing/tell";
import { fetchInvoice, type FetchedInvoice } from "@/lib/billing/invoices/fetch";
import { mailsOfInvoice } from "@/lib/billing/invoices/mails";
import { customerOfInvoice, factsOf, projectInvoice } from "@/lib/billing/invoices/projection";
import { addUpRefunds, findInvoice, markInvoiceDeleted, writeInvoice, type StoredInvoice } from "@/lib/billing/invoices/repo";
import type { InvoiceStatus } from "@/lib/billing/invoices/state";

const MOST_ATTEMPTS = 10;

type Seen = { account: StoredAccount | null; row: StoredInvoice | null };

/**
 * Fetches an invoice and writes what follows, in one transaction with whatever `also` writes. An invoice that was a draft and is
 * gone is `deleted` where it was known, and nothing where it was not.
 * @throws whatever Stripe answers, and Error for an invoice of another customer or when others kept writing meanwhile; nothing is written then
 */
export async function syncInvoice(tenantId: string, invoiceId: string, also?: (tx: Tx) => Promise<void>): Promise<void> {
  await openQueue();
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    // Read before Stripe is asked: only a row that is still this one may be replaced by the answer.
    const seen = await withTenant(tenantId, async (tx) => ({ account: await findAccount(tx, tenantId), row: await findInvoice(tx, tenantId, invoiceId) }));
    const fetched = await fetchInvoice(invoiceId);
    if (fetched && customerOfInvoice(fetched.invoice) !== seen.account?.customerId) throw new Error(`The invoice ${invoiceId} is of another customer than ${tenantId}.`);
    const written = await withTenant(tenantId, async (tx) => {
      await lockTenant(tx, tenantId);
      const done = fetched ? await writeFetched(tx, tenantId, invoiceId, seen, fetched) : await writeGone(tx, tenantId, invoiceId, seen);
      if (done) await also?.(tx);
      return done;
    });
    if (written) return;
  }
  throw new Error(`The invoice ${invoiceId} was written by others ${MOST_ATTEMPTS} times while Stripe was asked.`);
}

async function writeFetched(tx: Tx, tenantId: string, id: string, { account, row }: Seen, { invoice, lines }: FetchedInvoice): Promise<boolean> {
  const after = projectInvoice(invoice, lines);
  if (!(await writeInvoice(tx, tenantId, id, row?.syncSeq ?? null, after))) return false;
  // Its refunds may have come first.
  await addUpRefunds(tx, tenantId, id);
  const before = row?.state ?? null;
  const asked = { before, after, facts: factsOf(invoice, lines), planId: account?.state.planId ?? null, fallbackUrl: env().APP_URL };
  for (const { key, mail } of mailsOfInvoice(id, asked)) await writeBillingMail(tx, tenantId, key, mail);
  await audit(tx, tenantId, id, before?.status ?? null, after.status, after.totalCents);
  return true;
}

async function writeGone(tx: Tx, tenantId: string, id: string, { row }: Seen): Promise<boolean> {
  if (!row || row.state.status === "deleted") return true;
  if (!(await markInvoiceDeleted(tx, tenantId, id, row.syncSeq))) return false;
  await audit(tx, tenantId, id, row.state.status, "deleted", row.state.totalCents);
  return true;
}

/** A draft is nobody's business yet. */
async function audit(tx: Tx, tenantId: string, id: string, before: InvoiceStatus | null, after: InvoiceStatus, totalCents: number): Promise<void> {
  if (before === after || after === "draft") return;
  await recordPlatformAudit(tx, tenantId, { action: `billing.invoice_${after}`, targetType: "invoice", targetId: id, before: { status: before }, after: { status: after, total_cents: totalCents } });
}
