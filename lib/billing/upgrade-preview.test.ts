import type Stripe from "stripe";
import { expect, test } from "vitest";
import { toUpgradePreview, type UpgradePreview } from "@/lib/billing/upgrade-preview";

const nextInvoiceAt = new Date("2026-04-01T00:00:00Z");
const about = { planId: "pro" as const, prorationDate: 1, nextInvoiceAt, discount: null, hasCard: true };
const tax = (amount: number, taxability_reason: string) => ({ amount, tax_behavior: "exclusive", taxability_reason, taxable_amount: 0, type: "tax_rate_details", tax_rate_details: null });
/** As much of an invoice as is read. */
const invoice = (amounts: number[], rest: object): Stripe.Invoice => {
  const read: object = { subtotal: amounts.reduce((sum, each) => sum + each, 0), total_taxes: [], customer_tax_exempt: "none", lines: { data: amounts.map((amount) => ({ amount, description: null })) }, ...rest };
  return read as Stripe.Invoice;
};
const sum = ({ lines, discountCents, taxCents, creditCents }: UpgradePreview) => lines.reduce((total, { cents }) => total + cents, 0) - discountCents + taxCents - creditCents;

test("the lines, the discount, the tax and the credit are what is due", () => {
  const preview = toUpgradePreview(invoice([-4_900, 14_900], { total: 5_950, amount_due: 5_450, total_taxes: [tax(950, "standard_rated")] }), about);
  expect(preview).toMatchObject({ discountCents: 5_000, taxCents: 950, reverseCharge: false, creditCents: 500, dueCents: 5_450 });
  expect(sum(preview)).toBe(5_450);
});

test("what is carried over is on top, and what is given back is carried over", () => {
  const owing = toUpgradePreview(invoice([10_000], { total: 10_000, amount_due: 10_300 }), about);
  expect(owing).toMatchObject({ creditCents: -300, dueCents: 10_300 });
  const given = toUpgradePreview(invoice([-4_900, 1_000], { total: -3_900, amount_due: 0 }), about);
  expect(given).toMatchObject({ discountCents: 0, creditCents: -3_900, dueCents: 0 });
  expect([sum(owing), sum(given)]).toEqual([10_300, 0]);
});

test("lines that Stripe did not send are one line", () => {
  const preview = toUpgradePreview(invoice([1_000, 2_000], { subtotal: 3_500, total: 3_500, amount_due: 3_500 }), about);
  expect(preview.lines.at(-1)).toEqual({ label: "Other lines", cents: 500 });
  expect(sum(preview)).toBe(3_500);
});

test("a tax that the customer owes is said, and none is charged", () => {
  expect(toUpgradePreview(invoice([1_000], { total: 1_000, amount_due: 1_000, total_taxes: [tax(0, "reverse_charge")] }), about)).toMatchObject({ taxCents: 0, reverseCharge: true, discountCents: 0 });
});

test("a coupon is told of while it takes something off the next invoice", () => {
  const coupon = (endsAt: string | null) => toUpgradePreview(invoice([1_000], { total: 1_000, amount_due: 1_000 }), { ...about, discount: { name: "Launch", percentOff: 20, amountOffCents: null, endsAt } }).coupon?.name ?? null;
  expect([coupon(null), coupon("2026-05-01T00:00:00Z"), coupon(nextInvoiceAt.toISOString()), coupon("2026-03-31T00:00:00Z")]).toEqual(["Launch", "Launch", null, null]);
});
