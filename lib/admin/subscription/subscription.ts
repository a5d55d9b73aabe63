/** How a workspace stands with its subscription, as staff see it: by the same rules as on its own billing page. */
import type { AccountState, PendingChange } from "@/lib/billing/account/state";
import { pendingAt, standingOf, type Standing } from "@/lib/billing/overview/standing";
import { debtOf, type Debt } from "@/lib/billing/owed";
import { findSubscriptionRow, type SubscriptionRow } from "@/lib/admin/subscription/repo";

/** US cents. Times are ISO instants. */
export type StaffInvoice = {
  id: string; number: string | null; status: string; totalCents: number; refundedCents: number;
  /** What of it is still to be paid while it is open, else 0. */
  remainingCents: number; hostedUrl: string | null; pdfUrl: string | null; date: string;
};

export type StaffSubscription = {
  standing: Standing;
  /** Null: this workspace was never anything at Stripe. */
  account: (AccountState & { customerId: string | null; syncedAt: string | null }) | null;
  /** US cents a month of what was bought, or was agreed by contract; null: nothing is paid. */
  priceCents: number | null;
  pending: PendingChange | null;
  /** All that is owed, for this subscription and earlier ones; null: nothing. */
  debt: Debt | null;
  /** The newest first. */
  invoices: StaffInvoice[];
};

const MOST_INVOICES = 6;

/** A tenant by its id, for a member of staff. */
export async function getStaffSubscription(staffId: string, tenantId: string, now = new Date()): Promise<StaffSubscription> {
  const { account: row, contract, invoices, open } = await findSubscriptionRow(staffId, tenantId, MOST_INVOICES);
  const account = row && toAccount(row);
  const standing = standingOf(account, contract && { startsAt: new Date(contract.starts_at), endsAt: dateOf(contract.ends_at) }, now);
  // The invoice of a change that waits is not owed: it is thrown away with the change.
  const owed = open.filter(({ id }) => id !== account?.pending?.invoiceId)
    .map((one) => ({ remainingCents: one.remaining_cents, reason: one.reason, dueAt: dateOf(one.due_at), openedAt: new Date(one.opened_at), url: one.url }));
  return {
    standing, account, pending: pendingAt(account, now), debt: debtOf(owed, now), invoices: invoices.map(toInvoice),
    priceCents: standing.kind === "contract" ? (contract?.price_cents ?? null) : standing.kind === "free" ? null : (account?.priceCents ?? null),
  };
}

const dateOf = (at: string | null): Date | null => at === null ? null : new Date(at);

function toAccount(row: NonNullable<SubscriptionRow["account"]>): NonNullable<StaffSubscription["account"]> {
  return {
    customerId: row.customer_id, syncedAt: row.synced_at === null ? null : new Date(row.synced_at).toISOString(), subscriptionId: row.subscription_id, status: row.status, planId: row.plan_id, priceCents: row.price_cents,
    anchorAt: dateOf(row.anchor_at), periodStart: dateOf(row.period_start), periodEnd: dateOf(row.period_end), trialStartsAt: dateOf(row.trial_starts_at), trialEndsAt: dateOf(row.trial_ends_at),
    cancelAt: dateOf(row.cancel_at), endedAt: dateOf(row.ended_at), scheduleId: row.schedule_id, scheduledPlanId: row.scheduled_plan_id, scheduledAt: dateOf(row.scheduled_at),
    pastDueSince: dateOf(row.past_due_since), card: row.card, email: row.email, country: row.country, taxIds: row.tax_ids, discount: row.discount, pending: row.pending, balanceCents: row.balance_cents,
  };
}

function toInvoice(row: SubscriptionRow["invoices"][number]): StaffInvoice {
  return {
    id: row.id, number: row.number, status: row.status, totalCents: row.total_cents, refundedCents: row.refunded_cents,
    remainingCents: row.status === "open" ? row.due_cents - row.paid_cents : 0, hostedUrl: row.hosted_url, pdfUrl: row.pdf_url, date: new Date(row.finalized_at ?? row.created_at).toISOString(),
  };
}
