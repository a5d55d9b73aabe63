/** What a billing mail says, as data: stored as JSON when something happens at Stripe, rendered when the mail is sent. */
import { z } from "zod";
import { PLAN_IDS } from "@/lib/billing/plans";

const plan = z.enum(PLAN_IDS);
/** ISO 8601 in UTC, as `toISOString` writes it. */
const instant = z.iso.datetime();
/** US cents. */
const cents = z.int().nonnegative();
/** An address of ours or of Stripe's. */
const link = z.url({ protocol: /^https?$/ }).max(2_000);
const invoiceNumber = z.string().max(100).nullable();

/** How many agents and members are more than the new plan has room for. */
const excess = z.object({ agents: z.int().nonnegative(), members: z.int().nonnegative() });

/** What a contract includes each month; null says unlimited, or for overage that there is none. */
const terms = z.object({
  priceCents: cents,
  minutesMs: z.int().positive().nullable(),
  apiCalls: z.int().positive().nullable(),
  modelSpendMicros: z.int().nonnegative().nullable(),
  overageMicrosPerMinute: z.int().nonnegative().nullable(),
});

/** A line as the invoice has it; credits are negative. */
const line = z.object({ description: z.string().max(500), amountCents: z.int() });

export const billingMailSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("trial_started"), plan, trialEndsAt: instant }),
  /** Three days before the end. */
  z.object({ kind: z.literal("trial_ending"), plan, trialEndsAt: instant, hasCard: z.boolean(), priceCents: cents }),
  /** Without a card: the workspace is on Free. */
  z.object({ kind: z.literal("trial_ended"), plan, endedAt: instant }),
  z.object({ kind: z.literal("subscribed"), plan, priceCents: cents, nextInvoiceAt: instant }),
  /** `chargedCents`: the prorated amount, paid already. */
  z.object({ kind: z.literal("plan_upgraded"), from: plan, to: plan, chargedCents: cents, priceCents: cents, nextInvoiceAt: instant, invoiceUrl: link.nullable() }),
  z.object({ kind: z.literal("downgrade_scheduled"), from: plan, to: plan, at: instant, priceCents: cents, excess }),
  z.object({ kind: z.literal("plan_downgraded"), from: plan, to: plan, at: instant, priceCents: cents, nextInvoiceAt: instant, excess }),
  z.object({ kind: z.literal("cancellation_scheduled"), plan, endsAt: instant, excess, /** What was canceled: a trial, or a subscription of which an invoice is unpaid. */ of: z.enum(["trial", "unpaid"]).optional() }),
  /** A cancellation or a downgrade that was scheduled was taken back. */
  z.object({ kind: z.literal("resumed"), plan, undone: z.enum(["cancellation", "downgrade"]), priceCents: cents, nextInvoiceAt: instant }),
  /** `unpaid`: Stripe gave up collecting; `other`: ended by staff or in Stripe's dashboard. */
  z.object({ kind: z.literal("subscription_ended"), plan, endedAt: instant, reason: z.enum(["canceled", "unpaid", "other"]), excess }),
  /** `graceEndsAt`: when Free limits begin, seven days after the first failure. */
  z.object({ kind: z.literal("payment_failed"), plan, day: z.literal([0, 3, 5]), amountCents: cents, invoiceNumber, payUrl: link, graceEndsAt: instant }),
  /** The seven days are over. */
  z.object({ kind: z.literal("limits_reduced"), plan, amountCents: cents, invoiceNumber, payUrl: link }),
  /** `wasReduced`: Free limits were in force until now. */
  z.object({ kind: z.literal("payment_recovered"), plan, amountCents: cents, wasReduced: z.boolean(), /** It was canceled, and ends then. */ endsAt: instant.optional() }),
  /** The bank wants its customer to confirm. */
  z.object({ kind: z.literal("payment_confirmation_needed"), amountCents: cents, invoiceNumber, confirmUrl: link, /** A change of plan takes effect with it, and is dropped then. */ changeExpiresAt: instant.optional() }),
  z.object({
    kind: z.literal("invoice_paid"),
    invoiceNumber,
    paidAt: instant,
    /** At most as many as fit into a mail; the invoice itself has all. */
    lines: z.array(line).max(100),
    discountCents: cents,
    /** Tax on top of the lines. */
    taxCents: cents,
    totalCents: cents,
    /** Taken from the customer's credit at Stripe. */
    creditCents: cents,
    /** What was charged. */
    paidCents: cents,
    invoiceUrl: link,
    pdfUrl: link.nullable(),
    /** What the invoice says of itself, such as usage of a period that was closed already. */
    note: z.string().max(2_000).nullable(),
  }),
  z.object({ kind: z.literal("refund_made"), amountCents: cents, invoiceNumber, refundedAt: instant }),
  z.object({ kind: z.literal("dispute_opened"), amountCents: cents, invoiceNumber, openedAt: instant }),
  /** Of the customer at Stripe, which the portal changes. */
  z.object({ kind: z.literal("billing_details_changed"), changed: z.array(z.enum(["name", "email", "address", "tax_id", "payment_method"])).min(1), changedAt: instant }),
  z.object({ kind: z.literal("contract_started"), terms, startsAt: instant, endsAt: instant.nullable() }),
  z.object({ kind: z.literal("contract_changed"), terms, at: instant, endsAt: instant.nullable() }),
  z.object({ kind: z.literal("contract_ends"), endsAt: instant, excess }),
]);

/** One mail about money. Amounts are US cents, instants ISO 8601 strings. */
export type BillingMail = z.output<typeof billingMailSchema>;
export type BillingMailKind = BillingMail["kind"];
/** The mail of one kind. */
export type BillingMailOf<K extends BillingMailKind> = Extract<BillingMail, { kind: K }>;
export type Excess = z.output<typeof excess>;
export type ContractTerms = z.output<typeof terms>;
