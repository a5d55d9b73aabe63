/** What can be done with each plan from where a workspace stands. Pure: pages offer it, and the services decide once more. */
import type { PendingChange } from "@/lib/billing/account/state";
import type { Standing } from "@/lib/billing/overview/standing";
import type { Plan } from "@/lib/billing/plans";

export type PlanChoice =
  /** The plan that is in force or was bought. */
  | { kind: "current" }
  /** `trial`: it may be tried, too. */
  | { kind: "buy"; trial: boolean }
  | { kind: "switch_trial" }
  | { kind: "upgrade" }
  /** Was asked for, and waits for its payment. */
  | { kind: "waiting"; until: string }
  | { kind: "downgrade" }
  /** Begins at the end of the period already. */
  | { kind: "scheduled"; at: Date }
  /** Back to Free, at the end of the period. */
  | { kind: "cancel"; endsAt: Date }
  | { kind: "by_contract" }
  /** What has to be done before, and where: an invoice is paid, or the plan's card has the button. */
  | { kind: "blocked"; why: string; at?: "invoice" | "plan" };

type About = {
  rankOf: (id: Plan["id"]) => number;
  /** One would be refused: it was had, here or elsewhere. */
  noTrial: boolean;
  /** Something is unpaid for a subscription that is over. */
  owes: boolean;
  pending?: PendingChange | null;
};

export function choiceOf(plan: Plan, standing: Standing, { rankOf, noTrial, owes, pending = null }: About): PlanChoice {
  if (plan.priceCents === null) return standing.kind === "contract" ? { kind: "current" } : { kind: "by_contract" };
  if (standing.kind === "contract") return { kind: "blocked", why: "By contract: write to the person you agreed it with." };
  if (standing.kind === "free" && owes && plan.priceCents !== 0) return { kind: "blocked", why: "Pay what is open first.", at: "invoice" };
  if (standing.kind === "free") return plan.priceCents === 0 ? { kind: "current" } : { kind: "buy", trial: plan.trialDays !== null && !noTrial };
  if (standing.planId === plan.id) return { kind: "current" };
  if (pending?.planId === plan.id && pending.needsConfirmation) return { kind: "waiting", until: pending.expiresAt };
  switch (standing.kind) {
    case "past_due":
      return { kind: "blocked", why: "Pay the open invoice first.", at: "invoice" };
    case "ending":
      return plan.priceCents === 0 ? { kind: "scheduled", at: standing.endsAt } : { kind: "blocked", why: "Resume your plan first.", at: "plan" };
    case "trial":
      if (plan.priceCents === 0) return standing.canceled ? { kind: "scheduled", at: standing.endsAt } : { kind: "cancel", endsAt: standing.endsAt };
      return standing.canceled ? { kind: "blocked", why: "Resume your trial first.", at: "plan" } : { kind: "switch_trial" };
    case "active":
      if (plan.priceCents === 0) return standing.renewsAt ? { kind: "cancel", endsAt: standing.renewsAt } : { kind: "blocked", why: "Not possible now." };
      if (standing.scheduled) return standing.scheduled.planId === plan.id ? { kind: "scheduled", at: standing.scheduled.at } : { kind: "blocked", why: "Undo the scheduled change first.", at: "plan" };
      return { kind: rankOf(plan.id) > rankOf(standing.planId) ? "upgrade" : "downgrade" };
  }
}
