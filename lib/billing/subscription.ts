import type Stripe from "stripe";
import { AppError } from "@/lib/core/errors";
import { withTenant } from "@/lib/platform/db";
import { stripe } from "@/lib/platform/stripe";
import { planItemOf } from "@/lib/billing/account/projection";
import { isLive, type AccountState } from "@/lib/billing/account/state";
import { PLANS, type PlanId } from "@/lib/billing/plans";
import { findContractTerm } from "@/lib/billing/repo";
import type { Turn } from "@/lib/billing/turn/turn";

export type RunningAccount = AccountState & { subscriptionId: string; planId: PlanId };

/** An account whose subscription can be changed: it runs or is in trial, and nothing is owed. @throws AppError `conflict` */
export function requireRunning(account: AccountState | null): RunningAccount {
  const { subscriptionId, planId, status } = account ?? { subscriptionId: null, planId: null, status: "none" };
  if (status === "past_due" || status === "unpaid") throw new AppError("conflict", "An invoice is unpaid. Pay it first; nothing was changed.");
  if (!account || subscriptionId === null || planId === null || (status !== "active" && status !== "trialing")) throw new AppError("conflict", "This workspace has no subscription. Nothing was changed.");
  return { ...account, subscriptionId, planId };
}

const BY_CONTRACT = "This workspace has a contract: its plan is neither bought, tried nor changed here. To change or end it, write to the person at Stint with whom you agreed it. Nothing was changed.";

/** A contract is changed by those who agreed on it. @throws AppError `conflict` while one is in force, or its subscription runs */
export async function requireNoContract(tenantId: string, account: AccountState | null): Promise<void> {
  const term = await withTenant(tenantId, (tx) => findContractTerm(tx, tenantId));
  const now = new Date();
  const inForce = term !== null && term.startsAt <= now && (term.endsAt === null || term.endsAt > now);
  if (inForce || (account !== null && account.planId === "enterprise" && isLive(account.status))) throw new AppError("conflict", BY_CONTRACT);
}

/** The item of a subscription that is its plan's price. @throws Error where it has none: another program made it */
export async function requirePlanItem(subscriptionId: string): Promise<{ subscription: Stripe.Subscription; itemId: string }> {
  const subscription = await stripe().subscriptions.retrieve(subscriptionId);
  const plan = planItemOf(subscription);
  if (!plan) throw new Error(`The subscription ${subscriptionId} has no item of a plan.`);
  return { subscription, itemId: plan.item.id };
}

/** Takes a schedule off a subscription, which stays as it is: Stripe lets nobody change one that a schedule leads. */
export async function releaseSchedule(turn: Turn, account: AccountState): Promise<void> {
  if (account.scheduleId) await stripe().subscriptionSchedules.release(account.scheduleId, {}, { idempotencyKey: turn.key("release_schedule", account.scheduleId) });
}

export function planName(planId: PlanId | null): string {
  return planId === null ? "the plan" : PLANS[planId].name;
}
