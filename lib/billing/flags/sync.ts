/** Refunds and disputes, so that a person looks at them: rows as Stripe has them now, by the same rule as accounts and invoices. */
import { recordPlatformAudit } from "@/lib/audit/service";
import { withTenant, type Tx } from "@/lib/platform/db";
import { openQueue } from "@/lib/platform/queue";
import { lockTenant } from "@/lib/tenants/service";
import { findAccount } from "@/lib/billing/repo";
import { writeBillingMail } from "@/lib/billing/tell";
import { fetchDispute, fetchRefunds, type FetchedFlags } from "@/lib/billing/flags/fetch";
import { findFlags, writeFlag, type Flag, type StoredFlag } from "@/lib/billing/flags/repo";
import { addUpRefunds, findInvoice } from "@/lib/billing/invoices/repo";
import { syncInvoice } from "@/lib/billing/invoices/sync";
import type { BillingMail } from "@/lib/notifications/billing/schema";

const MOST_ATTEMPTS = 10;

type Also = (tx: Tx) => Promise<void>;

/** Fetches every refund of a charge and writes it, the invoice it belongs to first. @throws as `syncInvoice` */
export async function syncRefunds(tenantId: string, chargeId: string, also?: Also): Promise<void> {
  await sync(tenantId, { chargeId }, () => fetchRefunds(chargeId), also);
}

/** Fetches a dispute and writes it, the invoice it belongs to first. @throws as `syncInvoice` */
export async function syncDispute(tenantId: string, disputeId: string, also?: Also): Promise<void> {
  await sync(tenantId, { id: disputeId }, () => fetchDispute(disputeId), also);
}

async function sync(tenantId: string, where: { chargeId: string } | { id: string }, fetch: () => Promise<FetchedFlags>, also?: Also): Promise<void> {
  await openQueue();
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const seen = await withTenant(tenantId, async (tx) => ({ customerId: (await findAccount(tx, tenantId))?.customerId, flags: await findFlags(tx, tenantId, where) }));
    const { customerId, invoiceId, flags } = await fetch();
    if (customerId !== seen.customerId) throw new Error(`A charge of another customer than ${tenantId}: ${JSON.stringify(where)}.`);
    // A mail names the invoice by its number, and its row says what of it was given back.
    if (invoiceId && attempt === 0) await syncInvoice(tenantId, invoiceId);
    if (await write(tenantId, flags, seen.flags, also)) return;
  }
  throw new Error(`The flags of ${JSON.stringify(where)} were written by others ${MOST_ATTEMPTS} times while Stripe was asked.`);
}

/** Undoes the transaction of a flag that somebody else wrote meanwhile. */
class WrittenByOthers extends Error {}

async function write(tenantId: string, flags: Flag[], seen: Map<string, StoredFlag>, also?: Also): Promise<boolean> {
  try {
    await withTenant(tenantId, async (tx) => {
      await lockTenant(tx, tenantId);
      for (const flag of flags) {
        if (!(await writeFlag(tx, tenantId, seen.get(flag.id)?.syncSeq ?? null, flag))) throw new WrittenByOthers();
        await follow(tx, tenantId, seen.get(flag.id) ?? null, flag);
      }
      await also?.(tx);
    });
    return true;
  } catch (error) {
    if (error instanceof WrittenByOthers) return false;
    throw error;
  }
}

/** What follows from a flag that is new or has changed. */
async function follow(tx: Tx, tenantId: string, before: StoredFlag | null, flag: Flag): Promise<void> {
  if (flag.kind === "refund" && flag.invoiceId) await addUpRefunds(tx, tenantId, flag.invoiceId);
  const invoiceNumber = flag.invoiceId ? ((await findInvoice(tx, tenantId, flag.invoiceId))?.state.number ?? null) : null;
  const mail = mailOf(flag, invoiceNumber);
  if (mail) await writeBillingMail(tx, tenantId, `${flag.kind}:${flag.id}`, mail);
  if (before && before.status === flag.status && before.amountCents === flag.amountCents) return;
  await recordPlatformAudit(tx, tenantId, {
    action: `billing.${flag.kind}_${before ? "updated" : "created"}`, targetType: flag.kind, targetId: flag.id, ...(before ? { before: { status: before.status, amount_cents: before.amountCents } } : {}),
    after: { status: flag.status, amount_cents: flag.amountCents, invoice: flag.invoiceId, reason: flag.reason },
  });
}

/** A refund that failed gave nothing back. */
function mailOf({ kind, amountCents, status, createdAt }: Flag, invoiceNumber: string | null): BillingMail | null {
  if (kind === "dispute") return { kind: "dispute_opened", amountCents, invoiceNumber, openedAt: createdAt.toISOString() };
  return status === "failed" || status === "canceled" ? null : { kind: "refund_made", amountCents, invoiceNumber, refundedAt: createdAt.toISOString() };
}
