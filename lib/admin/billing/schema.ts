/** What staff ask of Stripe's events, and what their pages show. Client-safe. */
import { z } from "zod";
import type { StripeCheck } from "@/lib/billing/comparison/schema";

export const EVENT_STATUSES = ["received", "handled", "ignored", "failed"] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];
/** What a list shows: events of one status, of all, or by default all but those that are nobody's business here. */
export const EVENT_FILTERS = ["not_ignored", ...EVENT_STATUSES, "all"] as const;

const stripeId = z.string().regex(/^[a-z]{2,5}_\w{1,200}$/, "This is not an id of Stripe's.");
const word = z.string().trim().min(1).max(100);

export const eventListQuerySchema = z.object({
  type: word.optional(), status: z.enum(EVENT_FILTERS).default("not_ignored"), workspace: word.optional(),
  /** The id of the last event of the page before. */
  cursor: stripeId.optional(), limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type EventListQuery = z.output<typeof eventListQuerySchema>;

export const replaySchema = z.object({ event: stripeId });
export const seeFlagSchema = z.object({ workspace: z.string().min(1).max(64), flag: stripeId });

/** A workspace as the pages name it; null: it is nobody's here, or gone. */
export type Whose = { id: string; slug: string; name: string } | null;

/** One event as a list shows it. Times as ISO instants. */
export type StripeEventRow = {
  id: string; type: string; objectId: string | null; status: EventStatus; outcome: string | null; error: string | null; deliveries: number; attempts: number;
  createdAt: string; receivedAt: string; handledAt: string | null; tenant: Whose;
};
export type StripeEventDetail = StripeEventRow & { apiVersion: string | null; retryAt: string | null; payload: unknown };

export type BillingFlag = { id: string; kind: "refund" | "dispute"; invoiceId: string | null; chargeId: string; amountCents: number; status: string; reason: string | null; createdAt: string; tenant: NonNullable<Whose> };
export type PastDue = { tenant: NonNullable<Whose>; customerId: string | null; status: string; planId: string | null; planInForce: string; since: string; owedCents: number };
export type FailedEvent = { id: string; type: string; status: EventStatus; error: string | null; attempts: number; deliveries: number; receivedAt: string; retryAt: string | null; tenant: { slug: string; name: string } | null };
export type ComparisonReport = {
  startedAt: string; finishedAt: string; tenants: number; total: number;
  differences: { check: StripeCheck; periodStart: string | null; subject: string; expected: string; found: string; tenant: { slug: string; name: string } | null }[];
};
export type BillingOverview = { flags: BillingFlag[]; pastDue: PastDue[]; failedEvents: FailedEvent[]; comparison: ComparisonReport | null };
