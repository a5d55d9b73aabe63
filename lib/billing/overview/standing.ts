/** How a workspace stands with its plan, in the few ways that people tell apart. Pure. */
import { DAY_MS } from "@/lib/core/time";
import { GRACE_MS, isGraceOver, type ContractTerm } from "@/lib/billing/account/entitlement";
import { isLive, type AccountState, type PendingChange } from "@/lib/billing/account/state";
import { TRIAL_WARNING_MS } from "@/lib/billing/dunning/policy";
import { debtOf, type Debt } from "@/lib/billing/owed";
import type { PlanId } from "@/lib/billing/plans";

export type Standing =
  | { kind: "free" }
  | { kind: "contract"; startsAt: Date; endsAt: Date | null }
  | { kind: "trial"; planId: PlanId; startsAt: Date; endsAt: Date; hasCard: boolean; canceled: boolean }
  | { kind: "active"; planId: PlanId; renewsAt: Date | null; scheduled: { planId: PlanId; at: Date } | null }
  | { kind: "ending"; planId: PlanId; endsAt: Date }
  /** `reduced`: the Free limits hold since `graceEndsAt`. `endsAt`: it was canceled, and ends then whether it is paid or not. */
  | { kind: "past_due"; planId: PlanId; graceEndsAt: Date; reduced: boolean; endsAt: Date | null };

export function standingOf(account: AccountState | null, contract: ContractTerm | null, now: Date): Standing {
  if (contract && contract.startsAt <= now && (contract.endsAt === null || contract.endsAt > now)) return { kind: "contract", startsAt: contract.startsAt, endsAt: contract.endsAt };
  if (!account || account.planId === null) return { kind: "free" };
  const { planId, status, trialStartsAt, trialEndsAt, cancelAt } = account;
  if (status === "trialing" && trialStartsAt && trialEndsAt) return { kind: "trial", planId, startsAt: trialStartsAt, endsAt: trialEndsAt, hasCard: account.card !== null, canceled: cancelAt !== null };
  if (status === "past_due" || status === "unpaid") {
    return { kind: "past_due", planId, graceEndsAt: new Date((account.pastDueSince ?? now).getTime() + GRACE_MS), reduced: isGraceOver(account, now), endsAt: cancelAt };
  }
  if (status !== "active") return { kind: "free" };
  if (cancelAt) return { kind: "ending", planId, endsAt: cancelAt };
  const scheduled = account.scheduledPlanId && account.scheduledAt ? { planId: account.scheduledPlanId, at: account.scheduledAt } : null;
  return { kind: "active", planId, renewsAt: account.periodEnd, scheduled };
}

/** The change that still waits for its payment; null: none does, or its time is over and Stripe's word of that has not come. */
export function pendingAt(account: AccountState | null, now: Date): PendingChange | null {
  return account?.pending && isLive(account.status) && new Date(account.pending.expiresAt) > now ? account.pending : null;
}

/** Whole days of a trial that are left, the present one counted, and how many it has. */
export function trialDays({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }, now: Date): { left: number; of: number } {
  const of = Math.max(1, Math.round((endsAt.getTime() - startsAt.getTime()) / DAY_MS));
  return { left: Math.min(of, Math.max(0, Math.ceil((endsAt.getTime() - now.getTime()) / DAY_MS))), of };
}

/** What every page says of it. `owing`: beside the subscription that runs; `ended`: none does. */
export type BillingNotice = Extract<Standing, { kind: "trial" | "ending" | "past_due" }> | ({ kind: "owing"; ended: boolean } & Debt);

/**
 * What is owed beside the subscription that runs, of which its own standing tells. What is owed by contract stands in no standing.
 * @param open the oldest first
 */
export function debtBeside(standing: Standing, account: AccountState | null, open: (Parameters<typeof debtOf>[0][number] & { subscriptionId: string | null })[], now: Date): Debt | null {
  const own = account && isLive(account.status) && standing.kind !== "contract" ? account.subscriptionId : null;
  return debtOf(open.filter(({ subscriptionId }) => subscriptionId === null || subscriptionId !== own), now);
}

/** Every day of a payment that is missing, the last three days of a trial, and the end that was chosen; null: nothing has to be said. */
export function noticeOf(standing: Standing, debt: Debt | null, now: Date): BillingNotice | null {
  if (debt && standing.kind !== "past_due") return { kind: "owing", ended: standing.kind === "free", ...debt };
  if (standing.kind === "trial") return standing.endsAt.getTime() - now.getTime() <= TRIAL_WARNING_MS ? standing : null;
  return standing.kind === "past_due" || standing.kind === "ending" ? standing : null;
}
