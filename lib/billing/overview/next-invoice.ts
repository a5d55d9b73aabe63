import { previewInvoice } from "@/lib/billing/invoices/preview";

/** The next invoice, as the billing page shows it. US cents; `dueAt` is an ISO instant, null: on no known day. */
export type NextInvoice = { lines: { label: string; detail: string; cents: number }[]; discountCents: number; taxCents: number; /** No tax is charged: the customer owes it to their own country. */ reverseCharge: boolean; creditCents: number; totalCents: number; dueAt: string | null; /** Discounts or taxes may be missing, because Stripe did not say them. */ estimated: boolean };

/** What the next invoice would say if the period ended now; null: there is none. While Stripe is away it is what is known here. */
export async function readNextInvoice(tenantId: string): Promise<NextInvoice | null> {
  const preview = await previewInvoice(tenantId);
  if (!preview) return null;
  const { lines, discountCents, taxCents, reverseCharge, creditCents, totalCents, dueAt, estimated } = preview;
  return { lines: lines.map(({ label, detail, cents }) => ({ label, detail, cents })), discountCents, taxCents, reverseCharge, creditCents, totalCents, dueAt: dueAt?.toISOString() ?? null, estimated };
}
