import type { Tx } from "@/lib/platform/db";

/** Rows of the billing page's list; an invoice a month, so years of them. */
const MOST_INVOICES = 36;

export type InvoiceRow = {
  id: string; number: string | null; status: string; reason: string | null; /** Before discount and tax. */ subtotalCents: number; taxCents: number; reverseCharge: boolean; totalCents: number; dueCents: number; paidCents: number; refundedCents: number; note: string | null;
  periodStart: Date; periodEnd: Date; hostedUrl: string | null; pdfUrl: string | null; createdAt: Date; finalizedAt: Date | null; subscriptionId: string | null;
  /** The card's bank looks into its payment, or has taken it back; null: neither, or the bank let it stand. */
  dispute: "open" | "lost" | null;
};

/**
 * The tenant's invoices, newest first; of what was deleted nothing is shown. A draft is told of only where it is of what was just agreed: an
 * invoice that is sent stays one for an hour. What a renewal's draft says still changes with the usage that comes in late.
 */
export async function listInvoiceRows(tx: Tx, tenantId: string): Promise<InvoiceRow[]> {
  const rows = await tx.billingInvoice.findMany({
    where: { tenantId, OR: [{ status: { notIn: ["draft", "deleted"] } }, { status: "draft", reason: { in: ["subscription_create", "subscription_update"] } }] }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: MOST_INVOICES,
    select: {
      id: true, number: true, status: true, reason: true, subtotalCents: true, taxCents: true, reverseCharge: true, totalCents: true, dueCents: true, paidCents: true, refundedCents: true, note: true,
      periodStart: true, periodEnd: true, hostedUrl: true, pdfUrl: true, createdAt: true, finalizedAt: true, subscriptionId: true,
    },
  });
  const disputes = await tx.billingFlag.findMany({ where: { tenantId, kind: "dispute", invoiceId: { in: rows.map(({ id }) => id) } }, select: { invoiceId: true, status: true } });
  return rows.map((row) => ({ ...row, dispute: disputeOf(disputes.filter(({ invoiceId }) => invoiceId === row.id).map(({ status }) => status)) }));
}

/** Stripe's words for a dispute that came to nothing; every word but these and `lost` is one that goes on. */
const SETTLED = ["won", "warning_closed", "prevented"];

function disputeOf(statuses: string[]): InvoiceRow["dispute"] {
  const left = statuses.filter((status) => !SETTLED.includes(status));
  if (left.length === 0) return null;
  return left.some((status) => status !== "lost") ? "open" : "lost";
}

/** What is open of a subscription: where the oldest invoice is paid, and what all come to in US cents; null: none is known of here. @param not the invoice of a change that waits, which is not owed */
export async function findOpenInvoices(tx: Tx, tenantId: string, subscriptionId: string, not?: string): Promise<{ url: string | null; cents: number; invoices: number } | null> {
  const rows = await tx.billingInvoice.findMany({ where: { tenantId, subscriptionId, status: "open", ...(not ? { id: { not } } : {}) }, orderBy: { createdAt: "asc" }, select: { hostedUrl: true, dueCents: true, paidCents: true } });
  const [oldest] = rows;
  return oldest ? { url: oldest.hostedUrl, cents: rows.reduce((sum, { dueCents, paidCents }) => sum + dueCents - paidCents, 0), invoices: rows.length } : null;
}

export type OpenInvoiceRow = { subscriptionId: string | null; remainingCents: number; reason: string | null; dueAt: Date | null; openedAt: Date; url: string | null };

/** What is open, the oldest first. */
export async function listOpenInvoices(tx: Tx, tenantId: string): Promise<OpenInvoiceRow[]> {
  const rows = await tx.billingInvoice.findMany({
    where: { tenantId, status: "open" }, orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { subscriptionId: true, reason: true, dueCents: true, paidCents: true, dueAt: true, finalizedAt: true, createdAt: true, hostedUrl: true },
  });
  return rows.map(({ dueCents, paidCents, finalizedAt, createdAt, hostedUrl, ...rest }) => ({ ...rest, remainingCents: dueCents - paidCents, openedAt: finalizedAt ?? createdAt, url: hostedUrl }));
}

export type ContractView = { priceCents: number; payment: string; startsAt: Date; endsAt: Date | null; terms: string };

export async function findContract(tx: Tx, tenantId: string): Promise<ContractView | null> {
  return tx.contract.findUnique({ where: { tenantId }, select: { priceCents: true, payment: true, startsAt: true, endsAt: true, terms: true } });
}
