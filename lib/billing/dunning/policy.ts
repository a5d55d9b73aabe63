/** Which mails the clock asks for, without anything having happened at Stripe. Pure. */
import { DAY_MS } from "@/lib/core/time";
import { GRACE_MS, isGraceOver } from "@/lib/billing/account/entitlement";
import type { AccountState } from "@/lib/billing/account/state";

/** The first day's mail is told of by the invoice's own event. */
const DUNNING_DAYS = [3, 5] as const;
export const TRIAL_WARNING_MS = 3 * DAY_MS;

export type DueMail =
  | { kind: "payment_failed"; key: string; day: 3 | 5; graceEndsAt: Date }
  | { kind: "limits_reduced"; key: string }
  | { kind: "trial_ending"; key: string; trialEndsAt: Date };

/** The mail that is due now; null: none. Of those that a stopped worker missed only the last one is. */
export function mailDue(account: AccountState, now: Date): DueMail | null {
  const { subscriptionId: id, pastDueSince, status, trialEndsAt } = account;
  if (id === null) return null;
  if (pastDueSince !== null) {
    const of = `${id}:${pastDueSince.toISOString()}`;
    if (isGraceOver(account, now)) return { kind: "limits_reduced", key: `limits_reduced:${of}` };
    const day = DUNNING_DAYS.findLast((days) => now.getTime() >= pastDueSince.getTime() + days * DAY_MS);
    return day === undefined ? null : { kind: "payment_failed", key: `payment_failed:${of}:${day}`, day, graceEndsAt: new Date(pastDueSince.getTime() + GRACE_MS) };
  }
  if (status !== "trialing" || trialEndsAt === null || account.cancelAt !== null) return null;
  const left = trialEndsAt.getTime() - now.getTime();
  return left > 0 && left <= TRIAL_WARNING_MS ? { kind: "trial_ending", key: trialEndingKey(id), trialEndsAt } : null;
}

/** One a trial: Stripe's event and the clock tell of the same. */
export function trialEndingKey(subscriptionId: string): string {
  return `trial_ending:${subscriptionId}`;
}

/** True when Stripe should have ended the trial already. */
export function isTrialOver({ status, trialEndsAt }: AccountState, now: Date): boolean {
  return status === "trialing" && trialEndsAt !== null && trialEndsAt <= now;
}
