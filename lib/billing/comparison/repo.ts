import { callFunction, type Tx } from "@/lib/platform/db";
import type { InvoicePicture } from "@/lib/billing/comparison/compare";
import type { StripeDifference } from "@/lib/billing/comparison/schema";

/** The id of a new comparison; null when today's is done or under way. */
export async function beginComparison(): Promise<string | null> {
  const [row] = await callFunction<{ id: string | null }>("begin_stripe_comparison", "SELECT begin_reconciliation('stripe') AS id", []);
  return row?.id ?? null;
}

/** Writes down what is otherwise at Stripe. @param tenantId null: it is of nobody here */
export async function noteDifferences(id: string, tenantId: string | null, differences: StripeDifference[]): Promise<void> {
  const rows = differences.map(({ check, periodStart, subject, expected, found }) => ({ check_name: check, period_start: periodStart, subject, expected_word: expected, found_word: found }));
  await callFunction("note_stripe_differences", "SELECT note_stripe_differences($1, $2, $3::jsonb)", [id, tenantId, JSON.stringify(rows)]);
}

/** Says that the comparison goes on or has ended; returns how many differences there are, null when somebody else began it anew. */
export async function markComparison(id: string, tenants: number, finished: boolean): Promise<number | null> {
  const [row] = await callFunction<{ total: number | null }>("mark_stripe_comparison", "SELECT mark_stripe_comparison($1, $2, $3) AS total", [id, tenants, finished]);
  return row?.total ?? null;
}

/** Who is a customer at Stripe, after this tenant. */
export async function listCustomersAfter(after: string, most: number): Promise<{ tenantId: string; customerId: string }[]> {
  const rows = await callFunction<{ tenant_id: string; customer_id: string }>("billing_accounts_after", "SELECT tenant_id, customer_id FROM billing_accounts_after($1, $2)", [after, most]);
  return rows.map((row) => ({ tenantId: row.tenant_id, customerId: row.customer_id }));
}

/** A tenant's invoices that were made since, without drafts that are gone. */
export async function listInvoicesSince(tx: Tx, tenantId: string, since: Date): Promise<InvoicePicture[]> {
  return tx.billingInvoice.findMany({
    where: { tenantId, createdAt: { gte: since }, status: { not: "deleted" } }, select: { id: true, status: true, totalCents: true, paidCents: true, periodStart: true },
  });
}

/** What was reported to the meter and confirmed, in micro-dollars, of the moments from `from` until before `to`; null: nothing ever was. */
export async function sumReported(tx: Tx, tenantId: string, from: Date, to: Date): Promise<number | null> {
  const rows = await tx.meterReport.findMany({ where: { tenantId, sentAt: { not: null }, eventAt: { gte: from, lt: to } }, select: { fromMicros: true, toMicros: true } });
  return rows.length === 0 ? null : rows.reduce((sum, { fromMicros, toMicros }) => sum + Number(toMicros - fromMicros), 0);
}
