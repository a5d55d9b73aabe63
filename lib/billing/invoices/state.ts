import type { PlanId } from "@/lib/billing/plans";

/** Stripe's words for an invoice, and `deleted` for a draft that is gone. */
export const INVOICE_STATUSES = ["draft", "open", "paid", "uncollectible", "void", "deleted"] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

export type InvoiceLineKind = "plan" | "overage" | "proration" | "other";
/** A line as it is stored: US cents, credits negative, ISO instants. `quantity` of overage is micro-dollars. */
export type InvoiceLine = { description: string; quantity: number | null; cents: number; proration: boolean; kind: InvoiceLineKind; periodStart: string; periodEnd: string };

/** An invoice as Stripe has it, in US cents. What was refunded is kept beside it. */
export type InvoiceState = {
  subscriptionId: string | null;
  number: string | null;
  status: InvoiceStatus;
  /** Stripe's word for why it was made, such as `subscription_cycle`. */
  reason: string | null;
  currency: string;
  subtotalCents: number;
  /** On top of the lines. */
  taxCents: number;
  /** The customer owes the tax to their own country, and none is charged. */
  reverseCharge: boolean;
  totalCents: number;
  /** After the customer's credit. */
  dueCents: number;
  paidCents: number;
  lines: InvoiceLine[];
  /** What it says of itself, such as which usage of earlier periods is on it. */
  note: string | null;
  periodStart: Date;
  periodEnd: Date;
  hostedUrl: string | null;
  pdfUrl: string | null;
  attempts: number;
  nextAttemptAt: Date | null;
  /** By when one that is sent has to be paid; null: it is charged by itself. */
  dueAt: Date | null;
  createdAt: Date;
  finalizedAt: Date | null;
  paidAt: Date | null;
};

/** What mails need to know of an invoice beyond its row. */
export type InvoiceFacts = {
  discountCents: number;
  /** The plan that it is for; null: it is for none. */
  planId: PlanId | null;
  /** What the bank said to the last attempt; null: nothing was attempted, or it was paid. */
  payment: "failed" | "needs_action" | null;
  /** A change of plan takes effect when it is paid, at the latest by this ISO instant. Null: it is owed in any case. */
  changeExpiresAt: string | null;
};
