import { withTenant } from "@/lib/platform/db";
import { stripe } from "@/lib/platform/stripe";
import { formatMoneyCents } from "@/lib/core/format";
import { fetchInvoice } from "@/lib/billing/invoices/fetch";
import { centsOf } from "@/lib/billing/overage";
import { listUnnoted, markNoted } from "@/lib/billing/meter/repo";

/**
 * Says on a draft what of its usage belongs to periods whose invoices were closed already. Called when an invoice was made; repeating it
 * says nothing twice. @throws what Stripe answers; the note is made at the next call then
 */
export async function noteLateUsage(tenantId: string, invoiceId: string): Promise<void> {
  const invoice = (await fetchInvoice(invoiceId))?.invoice;
  // It may have been closed, or be gone, before its event arrived.
  if (invoice?.status !== "draft") return;
  const late = await withTenant(tenantId, (tx) => listUnnoted(tx, tenantId, new Date(invoice.period_start * 1_000), new Date(invoice.period_end * 1_000)));
  if (late.length === 0) return;
  const said = invoice.description ?? "";
  const notes = lateNotes(late).filter((note) => !said.includes(note));
  if (notes.length > 0) await stripe().invoices.update(invoiceId, { description: [said, ...notes].filter((part) => part !== "").join("\n") });
  await withTenant(tenantId, (tx) => markNoted(tx, tenantId, late.map(({ id }) => id)));
}

/** One sentence a period, oldest first. */
export function lateNotes(late: { periodStart: Date; micros: bigint }[]): string[] {
  const sums = new Map<number, bigint>();
  for (const { periodStart, micros } of late) sums.set(periodStart.getTime(), (sums.get(periodStart.getTime()) ?? 0n) + micros);
  return [...sums].toSorted(([a], [b]) => a - b).map(([start, micros]) => {
    const day = new Date(start).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    return `Includes ${formatMoneyCents(centsOf(micros))} of usage from the period that began on ${day}, recorded after its invoice was closed.`;
  });
}
