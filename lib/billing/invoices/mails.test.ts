import { expect, test } from "vitest";
import { billingMailSchema } from "@/lib/notifications/billing/schema";
import { mailsOfInvoice } from "@/lib/billing/invoices/mails";
import type { InvoiceFacts, InvoiceState } from "@/lib/billing/invoices/state";

const at = new Date("2026-03-01T00:00:00Z");
const line = { description: "1 × Stint Pro", quantity: 1, cents: 14900, proration: false, kind: "plan" as const, periodStart: at.toISOString(), periodEnd: at.toISOString() };
const open: InvoiceState = {
  subscriptionId: "sub_1", number: "A-0002", status: "open", reason: "subscription_cycle", currency: "usd", subtotalCents: 14900, taxCents: 0, reverseCharge: false, totalCents: 14900, dueCents: 14900, paidCents: 0, note: null, lines: [line],
  periodStart: at, periodEnd: at, hostedUrl: "https://pay.example/in_1", pdfUrl: null, attempts: 1, nextAttemptAt: null, dueAt: null, createdAt: at, finalizedAt: at, paidAt: null,
};
const paid: InvoiceState = { ...open, status: "paid", paidCents: 14400, dueCents: 14400, paidAt: at };
const failed: InvoiceFacts = { discountCents: 0, planId: "pro", payment: "failed", changeExpiresAt: null };
const mails = (before: InvoiceState | null, after: InvoiceState, facts: Partial<InvoiceFacts> = {}, planId: "pro" | "built_in" | null = null) =>
  mailsOfInvoice("in_1", { before, after, facts: { ...failed, ...facts }, planId, fallbackUrl: "http://localhost:3000" });

test("a receipt once it is paid, with the credit that was taken, and none when it already was", () => {
  const [receipt] = mails(open, paid, { payment: null, discountCents: 0 });
  expect(receipt).toMatchObject({ key: "receipt:in_1", mail: { kind: "invoice_paid", totalCents: 14900, creditCents: 500, paidCents: 14400, lines: [{ amountCents: 14900 }], invoiceUrl: "https://pay.example/in_1" } });
  expect(mails(null, paid)).toHaveLength(1);
  expect(mails(paid, paid)).toEqual([]);
  // Nothing was sold when a trial begins.
  expect(mails(null, { ...paid, totalCents: 0, lines: [{ ...line, cents: 0 }] })).toEqual([]);
});

test("a payment that failed, with seven days from when it was due; none of a purchase that did not come to be", () => {
  expect(mails(null, open)).toMatchObject([{ key: "payment_failed:in_1:0", mail: { kind: "payment_failed", day: 0, plan: "pro", amountCents: 14900, graceEndsAt: "2026-03-08T00:00:00.000Z" } }]);
  expect(mails(null, open, { planId: null }, "pro")).toHaveLength(1);
  expect(mails(null, open, { planId: null }, "built_in")).toEqual([]);
  expect(mails(null, { ...open, reason: "subscription_create" })).toEqual([]);
  expect(mails(null, open, { payment: null })).toEqual([]);
  expect(mails(null, { ...open, dueCents: 0 })).toEqual([]);
});

test("what the bank wants to have confirmed, and nothing of what is not owed any more", () => {
  expect(mails(null, { ...open, hostedUrl: null }, { payment: "needs_action" })).toMatchObject([{ key: "needs_confirmation:in_1", mail: { kind: "payment_confirmation_needed", confirmUrl: "http://localhost:3000" } }]);
  for (const status of ["draft", "void", "uncollectible", "deleted"] as const) expect(mails(open, { ...open, status })).toEqual([]);
});

test("of a change that waits only what the bank wants to have confirmed, with until when: one that was refused is not owed", () => {
  const changeExpiresAt = "2026-03-01T23:00:00.000Z";
  expect(mails(null, open, { changeExpiresAt })).toEqual([]);
  expect(mails(null, open, { payment: "needs_action", changeExpiresAt })).toMatchObject([{ mail: { kind: "payment_confirmation_needed", confirmUrl: "https://pay.example/in_1", changeExpiresAt } }]);
});

test("every mail is one that can be stored", () => {
  const long = { ...paid, lines: Array.from({ length: 150 }, () => ({ ...line, description: "x".repeat(600) })) };
  for (const { mail } of [...mails(null, long), ...mails(null, open), ...mails(null, open, { payment: "needs_action" }), ...mails(null, open, { payment: "needs_action", changeExpiresAt: at.toISOString() })]) expect(billingMailSchema.parse(mail)).toEqual(mail);
});
