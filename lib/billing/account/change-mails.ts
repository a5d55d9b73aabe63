import type { AccountChange } from "@/lib/billing/account/changes";
import type { PlanId } from "@/lib/billing/plans";
import type { BillingMail, Excess } from "@/lib/notifications/billing/schema";

/** What Stripe had to be asked for a change's mail, before the transaction. */
export type ChangeDetails = { chargedCents: number; invoiceUrl: string | null };
export const NO_DETAILS: ChangeDetails = { chargedCents: 0, invoiceUrl: null };

/** The plan whose room a change's mail compares with; null: it says nothing of it. */
export function planToFit(change: AccountChange): PlanId | null {
  switch (change.kind) {
    case "downgrade_scheduled":
    case "plan_downgraded":
      return change.to;
    case "cancellation_scheduled":
    case "ended":
      return "free";
    default:
      return null;
  }
}

/** The mail that a change asks for; null: it is told in another way. A contract's mails are its own. */
export function mailOf(change: AccountChange, excess: Excess, details: ChangeDetails): BillingMail | null {
  if ("planId" in change && change.planId === "enterprise") return change.kind === "recovered" ? recoveredMail(change, details) : null;
  switch (change.kind) {
    case "trial_started":
      return { kind: "trial_started", plan: change.planId, trialEndsAt: iso(change.trialEndsAt) };
    case "trial_ended":
      return { kind: "trial_ended", plan: change.planId, endedAt: iso(change.endedAt) };
    case "subscribed":
      return { kind: "subscribed", plan: change.planId, priceCents: change.priceCents, nextInvoiceAt: iso(change.nextInvoiceAt) };
    case "plan_upgraded":
      return change.to === "enterprise" ? null : {
        kind: "plan_upgraded", from: change.from, to: change.to, priceCents: change.priceCents, nextInvoiceAt: iso(change.nextInvoiceAt), chargedCents: details.chargedCents, invoiceUrl: details.invoiceUrl,
      };
    case "plan_downgraded":
      return { kind: "plan_downgraded", from: change.from, to: change.to, at: iso(change.at), priceCents: change.priceCents, nextInvoiceAt: iso(change.nextInvoiceAt), excess };
    case "cancellation_scheduled":
      return { kind: "cancellation_scheduled", plan: change.planId, endsAt: iso(change.endsAt), excess, ...(change.of ? { of: change.of } : {}) };
    case "downgrade_undone":
    case "cancellation_undone":
      return { kind: "resumed", plan: change.planId, undone: change.kind === "downgrade_undone" ? "downgrade" : "cancellation", priceCents: change.priceCents, nextInvoiceAt: iso(change.nextInvoiceAt) };
    case "ended":
      return { kind: "subscription_ended", plan: change.planId, endedAt: iso(change.endedAt), reason: change.reason, excess };
    case "recovered":
      return recoveredMail(change, details);
    case "downgrade_scheduled":
      return { kind: "downgrade_scheduled", from: change.from, to: change.to, at: iso(change.at), priceCents: change.priceCents, excess };
    // The invoice's own event tells of a payment that failed, and a trial's plan is nothing that is paid.
    case "past_due":
    case "trial_plan_changed":
      return null;
  }
}

function recoveredMail(change: Extract<AccountChange, { kind: "recovered" }>, { chargedCents }: ChangeDetails): BillingMail {
  return { kind: "payment_recovered", plan: change.planId, amountCents: chargedCents, wasReduced: change.wasReduced, ...(change.endsAt ? { endsAt: iso(change.endsAt) } : {}) };
}

function iso(at: Date): string {
  return at.toISOString();
}
