import { PLANS, type Plan, type PlanId } from "@/lib/billing/plans";

/** The plan with this id. @throws Error for an id that the table does not have: the database only holds ids of the table */
export function requirePlan(id: string): Plan {
  const plan = Object.hasOwn(PLANS, id) ? PLANS[id as PlanId] : undefined;
  if (!plan) throw new Error(`There is no plan ${id}.`);
  return plan;
}
