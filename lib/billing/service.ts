import { PLAN_IDS, PLANS, type Plan, type PlanId } from "@/lib/billing/plans";
import { env } from "@/lib/platform/env";
import { billingEnabled } from "@/lib/platform/stripe";

/** The plan with this id, the built-in one with its operator's numbers. @throws Error for an id that the table does not have: the database only holds ids of the table */
export function requirePlan(id: string): Plan {
  const plan = Object.hasOwn(PLANS, id) ? PLANS[id as PlanId] : undefined;
  if (!plan) throw new Error(`There is no plan ${id}.`);
  return plan.id === "built_in" ? builtInPlan() : plan;
}

/** The plan of a copy that sells none. */
export function builtInPlan(): Plan {
  return { ...PLANS.built_in, ...env().BUILT_IN_PLAN };
}

/** Whether this installation sells plans. Where it does not, nothing may lead to one. */
export function sellsPlans(): boolean {
  return billingEnabled();
}

/** The plans that can be chosen here, in the order in which they are offered; none where nothing is sold. */
export function offeredPlans(): Plan[] {
  return billingEnabled() ? PLAN_IDS.map((id) => PLANS[id]) : [];
}

/** The plan of a workspace that has bought none. */
export function startingPlan(): "free" | "built_in" {
  return billingEnabled() ? "free" : "built_in";
}
