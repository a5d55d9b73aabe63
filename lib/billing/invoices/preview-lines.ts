/** A preview's lines as the page shows them. Pure. */
import type Stripe from "stripe";
import { OVERAGE_PRODUCT } from "@/lib/billing/catalogue";
import { PLAN_IDS, PLANS, type PlanId } from "@/lib/billing/plans";
import { productOf } from "@/lib/billing/account/projection";
import { discountOf, reversesCharge, taxOf } from "@/lib/billing/invoices/projection";

export type PreviewLine = { label: string; detail: string; cents: number; kind: "plan" | "overage" | "proration" | "other" };

/** Amounts in US cents. `totalCents` is what will be charged: subtotal less discount, plus tax, less the credit that is applied. */
export type InvoicePreview = {
  lines: PreviewLine[];
  subtotalCents: number;
  discountCents: number;
  taxCents: number;
  /** No tax is charged, because the customer owes it to their own country. */
  reverseCharge: boolean;
  creditCents: number;
  totalCents: number;
  /** When it is made; it is paid about an hour later. */
  dueAt: Date | null;
  /** Not to the cent: Stripe is away, or counts what was reported a moment ago, and a tax or a discount depends on it. */
  estimated: boolean;
};

/** @param detail what the overage is made of */
export function toPreview(invoice: Stripe.Invoice, detail: string): InvoicePreview {
  const lines = invoice.lines.data.map((line) => toLine(line, detail)).filter(({ kind, cents }) => kind !== "overage" || cents !== 0);
  return {
    lines, subtotalCents: invoice.subtotal, discountCents: discountOf(invoice), taxCents: taxOf(invoice), reverseCharge: reversesCharge(invoice), creditCents: invoice.total - invoice.amount_due, totalCents: invoice.amount_due,
    dueAt: new Date((invoice.period_end || invoice.created) * 1_000), estimated: false,
  };
}

/** Whether a month of the plan is on it. */
export function billsPlan(invoice: Stripe.Invoice, planId: PlanId): boolean {
  return invoice.lines.data.some((line) => line.pricing?.price_details?.product === productOf(planId));
}

/** The same with all of the overage, where Stripe has not counted yet what it was told. Discount and tax follow in proportion. */
export function withOverage(preview: InvoicePreview, cents: number, detail: string): InvoicePreview {
  const shown = preview.lines.find(({ kind }) => kind === "overage")?.cents ?? 0;
  const more = cents - shown;
  if (more <= 0) return preview;
  const lines = [{ label: "Use past the quotas", detail, cents, kind: "overage" as const }, ...preview.lines.filter(({ kind }) => kind !== "overage")];
  const subtotalCents = preview.subtotalCents + more;
  const share = preview.subtotalCents === 0 ? 1 : subtotalCents / preview.subtotalCents;
  const [discountCents, taxCents] = [Math.round(preview.discountCents * share), Math.round(preview.taxCents * share)];
  const before = subtotalCents - discountCents + taxCents;
  const creditCents = Math.min(Math.max(before, 0), preview.creditCents);
  return { ...preview, lines, subtotalCents, discountCents, taxCents, creditCents, totalCents: before - creditCents, estimated: preview.discountCents + preview.taxCents + preview.creditCents !== 0 };
}

function toLine(line: Stripe.InvoiceLineItem, detail: string): PreviewLine {
  const product = line.pricing?.price_details?.product;
  const planId = PLAN_IDS.find((id) => productOf(id) === product);
  if (line.parent?.subscription_item_details?.proration === true || line.parent?.invoice_item_details?.proration === true) {
    return { label: line.description ?? "Change of plan", detail: "", cents: line.amount, kind: "proration" };
  }
  if (product === OVERAGE_PRODUCT) return { label: "Use past the quotas", detail, cents: line.amount, kind: "overage" };
  if (planId) return { label: `${PLANS[planId].name} plan`, detail: "one month", cents: line.amount, kind: "plan" };
  return { label: line.description ?? "Other", detail: "", cents: line.amount, kind: "other" };
}
