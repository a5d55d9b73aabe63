import { DAY_MS } from "@/lib/core/time";
import type { AccountState } from "@/lib/billing/account/state";
import type { PlanId } from "@/lib/billing/plans";

/** How long a plan stays in force after a payment failed. */
export const GRACE_MS = 7 * DAY_MS;

/** What a tenant may use: the plan in force, where its periods are anchored (null: calendar months), and until when it is in trial (null: it is not). */
export type Entitlement = { planId: PlanId; anchorAt: Date | null; trialEndsAt: Date | null };
export type ContractTerm = { startsAt: Date; endsAt: Date | null };

/**
 * What follows from what Stripe knows and what staff agreed. A contract in force comes first. After a failed payment the
 * plan stays for seven days; then the Free limits hold, in the subscription's own periods, until it is paid. What Stripe still
 * sells of a contract that is over is the rest of a paid month without anything that was agreed: it gives no plan.
 * @param unsold the plan of who has bought none
 */
export function entitlementOf(account: AccountState, contract: ContractTerm | null, now: Date, unsold: "free" | "built_in" = "free"): Entitlement {
  if (contract && contract.startsAt <= now && (contract.endsAt === null || contract.endsAt > now)) {
    return { planId: "enterprise", anchorAt: account.anchorAt ?? contract.startsAt, trialEndsAt: null };
  }
  const { status, planId, anchorAt } = account;
  const none: Entitlement = { planId: unsold, anchorAt: null, trialEndsAt: null };
  if (planId === null || planId === "enterprise") return none;
  if (status === "trialing") return { planId, anchorAt: account.trialStartsAt, trialEndsAt: account.trialEndsAt };
  if (status === "active") return { planId, anchorAt, trialEndsAt: null };
  if (status === "past_due" || status === "unpaid") return { planId: isGraceOver(account, now) ? "free" : planId, anchorAt, trialEndsAt: null };
  return none;
}

/** True when a payment has been missing for so long that the Free limits hold. */
export function isGraceOver(account: Pick<AccountState, "pastDueSince">, now: Date): boolean {
  return account.pastDueSince !== null && now.getTime() >= account.pastDueSince.getTime() + GRACE_MS;
}
