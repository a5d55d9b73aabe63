/** One example of every billing mail, and one more where it says something else. For the preview and for tests. */
import type { BillingMail } from "@/lib/notifications/billing/schema";

const AT = "2026-11-24T14:05:00.000Z";
const NEXT = "2026-12-24T14:05:00.000Z";
const TRIAL_END = "2026-12-08T14:05:00.000Z";
const GRACE_END = "2026-12-01T14:05:00.000Z";
const INVOICE = { invoiceNumber: "STINT-0007" };
const PAY = "https://invoice.stripe.example/i/acct_1/test_7?s=ap";
const FITS = { agents: 0, members: 0 };
const TERMS = { priceCents: 240_000, minutesMs: 12_000_000_000, apiCalls: 50_000_000, modelSpendMicros: 900_000_000, overageMicrosPerMinute: 30_000 };

export const BILLING_EXAMPLES: BillingMail[] = [
  { kind: "trial_started", plan: "pro", trialEndsAt: TRIAL_END },
  { kind: "trial_ending", plan: "pro", trialEndsAt: TRIAL_END, hasCard: true, priceCents: 14_900 },
  { kind: "trial_ending", plan: "starter", trialEndsAt: TRIAL_END, hasCard: false, priceCents: 4_900 },
  { kind: "trial_ended", plan: "pro", endedAt: TRIAL_END },
  { kind: "subscribed", plan: "starter", priceCents: 4_900, nextInvoiceAt: NEXT },
  { kind: "plan_upgraded", from: "starter", to: "pro", chargedCents: 6_667, priceCents: 14_900, nextInvoiceAt: NEXT, invoiceUrl: PAY },
  { kind: "plan_upgraded", from: "starter", to: "pro", chargedCents: 0, priceCents: 14_900, nextInvoiceAt: NEXT, invoiceUrl: null },
  { kind: "downgrade_scheduled", from: "pro", to: "starter", at: NEXT, priceCents: 4_900, excess: { agents: 3, members: 1 } },
  { kind: "downgrade_scheduled", from: "pro", to: "starter", at: NEXT, priceCents: 4_900, excess: FITS },
  { kind: "plan_downgraded", from: "pro", to: "starter", at: NEXT, priceCents: 4_900, nextInvoiceAt: "2027-01-24T14:05:00.000Z", excess: { agents: 1, members: 0 } },
  { kind: "cancellation_scheduled", plan: "pro", endsAt: NEXT, excess: { agents: 18, members: 7 } },
  { kind: "cancellation_scheduled", plan: "pro", endsAt: NEXT, excess: { agents: 0, members: 0 }, of: "trial" },
  { kind: "cancellation_scheduled", plan: "pro", endsAt: NEXT, excess: { agents: 0, members: 0 }, of: "unpaid" },
  { kind: "resumed", plan: "pro", undone: "cancellation", priceCents: 14_900, nextInvoiceAt: NEXT },
  { kind: "resumed", plan: "pro", undone: "downgrade", priceCents: 14_900, nextInvoiceAt: NEXT },
  { kind: "subscription_ended", plan: "pro", endedAt: NEXT, reason: "canceled", excess: { agents: 18, members: 7 } },
  { kind: "subscription_ended", plan: "starter", endedAt: NEXT, reason: "unpaid", excess: FITS },
  { kind: "subscription_ended", plan: "starter", endedAt: NEXT, reason: "other", excess: FITS },
  { kind: "payment_failed", plan: "pro", day: 0, amountCents: 14_900, ...INVOICE, payUrl: PAY, graceEndsAt: GRACE_END },
  { kind: "payment_failed", plan: "pro", day: 3, amountCents: 14_900, ...INVOICE, payUrl: PAY, graceEndsAt: GRACE_END },
  { kind: "payment_failed", plan: "pro", day: 5, amountCents: 14_900, invoiceNumber: null, payUrl: PAY, graceEndsAt: GRACE_END },
  { kind: "limits_reduced", plan: "pro", amountCents: 14_900, ...INVOICE, payUrl: PAY },
  { kind: "payment_recovered", plan: "pro", amountCents: 14_900, wasReduced: false },
  { kind: "payment_recovered", plan: "pro", amountCents: 14_900, wasReduced: true },
  { kind: "payment_recovered", plan: "pro", amountCents: 14_900, wasReduced: true, endsAt: NEXT },
  { kind: "payment_confirmation_needed", amountCents: 14_900, ...INVOICE, confirmUrl: PAY },
  { kind: "payment_confirmation_needed", amountCents: 10_000, ...INVOICE, confirmUrl: PAY, changeExpiresAt: "2026-11-25T15:12:00.000Z" },
  {
    kind: "invoice_paid", ...INVOICE, paidAt: AT,
    lines: [
      { description: "1 × Stint Pro (at $149.00 / month)", amountCents: 14_900 }, { description: "Overage", amountCents: 1_237 },
      { description: "Unused time on Stint Starter after 24 Nov 2026", amountCents: -2_450 },
    ],
    discountCents: 1_490, taxCents: 2_317, totalCents: 14_514, creditCents: 500, paidCents: 14_014, invoiceUrl: PAY, pdfUrl: "https://invoice.stripe.example/i/acct_1/test_7/pdf?s=ap",
    note: "Includes $0.85 of usage from the period that began on 24 September 2026, recorded after its invoice was closed.",
  },
  {
    kind: "invoice_paid", ...INVOICE, paidAt: AT, lines: [{ description: "1 × Stint Starter (at $49.00 / month)", amountCents: 4_900 }],
    discountCents: 0, taxCents: 0, totalCents: 4_900, creditCents: 0, paidCents: 4_900, invoiceUrl: PAY, pdfUrl: null, note: null,
  },
  { kind: "refund_made", amountCents: 4_900, ...INVOICE, refundedAt: AT },
  { kind: "dispute_opened", amountCents: 4_900, ...INVOICE, openedAt: AT },
  { kind: "billing_details_changed", changed: ["address", "tax_id"], changedAt: AT },
  { kind: "contract_started", terms: TERMS, startsAt: AT, endsAt: "2027-11-24T00:00:00.000Z" },
  { kind: "contract_changed", terms: { ...TERMS, apiCalls: null, overageMicrosPerMinute: null }, at: AT, endsAt: null },
  { kind: "contract_ends", endsAt: NEXT, excess: { agents: 40, members: 12 } },
];
