/** What moving to a larger plan costs, line by line, as the dialog shows it. Pure. */
import type Stripe from "stripe";
import type { AccountDiscount } from "@/lib/billing/account/state";
import { reversesCharge, taxOf } from "@/lib/billing/invoices/projection";
import { PLANS, type PlanId } from "@/lib/billing/plans";

/** US cents. Lines, less the discount, plus tax, less the credit are what is due. */
export type UpgradePreview = {
  planId: PlanId;
  /** Seconds since 1970: the moment that the amounts are of. Agreeing sends it back. */
  prorationDate: number;
  /** Before discount and tax. */
  lines: { label: string; cents: number }[];
  /** What is prorated is after the coupon: here is only what Stripe takes off beside the lines. */
  discountCents: number;
  taxCents: number;
  /** No tax is charged, because the customer owes it to their own country. */
  reverseCharge: boolean;
  /** What is taken from the customer's credit. Below zero: carried over, from earlier or to the next invoice. */
  creditCents: number;
  /** What the card is charged with now. */
  dueCents: number;
  /** What the plan costs a month from the next invoice on, before the coupon. */
  priceCents: number;
  /** A coupon that is still in force at the next invoice. */
  coupon: AccountDiscount | null;
  /** ISO instant. */
  nextInvoiceAt: string;
  hasCard: boolean;
};

/** @param invoice Stripe's preview of the change at `prorationDate` */
export function toUpgradePreview(invoice: Stripe.Invoice, { planId, prorationDate, nextInvoiceAt, discount, hasCard }: { planId: PlanId; prorationDate: number; nextInvoiceAt: Date; discount: AccountDiscount | null; hasCard: boolean }): UpgradePreview {
  const lines = invoice.lines.data.map((line) => ({ label: line.description ?? PLANS[planId].name, cents: line.amount }));
  // Of a long invoice Stripe sends only the first lines.
  const rest = invoice.subtotal - lines.reduce((sum, { cents }) => sum + cents, 0);
  const taxCents = taxOf(invoice);
  return {
    planId, prorationDate, lines: rest === 0 ? lines : [...lines, { label: "Other lines", cents: rest }],
    discountCents: invoice.subtotal + taxCents - invoice.total, taxCents, reverseCharge: reversesCharge(invoice), creditCents: invoice.total - invoice.amount_due, dueCents: invoice.amount_due,
    priceCents: PLANS[planId].priceCents ?? 0, coupon: discount && (discount.endsAt === null || new Date(discount.endsAt) > nextInvoiceAt) ? discount : null,
    nextInvoiceAt: nextInvoiceAt.toISOString(), hasCard,
  };
}
