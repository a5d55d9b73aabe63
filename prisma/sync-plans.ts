import type { Client } from "pg";
import { MICROS_PER_CENT } from "@/lib/core/money";
import { parseBuiltInPlan, type BuiltInLimits } from "@/lib/core/built-in-plan";
import { PLANS } from "@/lib/billing/plans";

/** What the installation says of its plans: whether any is sold, and the numbers of the built-in one. */
export type PlanSettings = { sold: boolean; builtIn: BuiltInLimits };

/** Reads the settings that web and worker processes read, too. @throws Error naming the field of `BUILT_IN_PLAN` that is wrong */
export function readPlanSettings(env: Record<string, string | undefined>): PlanSettings {
  const read = parseBuiltInPlan(env.BUILT_IN_PLAN || "{}");
  if ("problem" in read) throw new Error(`BUILT_IN_PLAN is wrong. ${read.problem}`);
  return { sold: Boolean(env.STRIPE_SECRET_KEY), builtIn: read.limits };
}

/** Copies the plans of the code into the database's `plan` table, where caps are compared with usage. Owner role only. */
export async function syncPlans(client: Client, builtIn: BuiltInLimits): Promise<void> {
  for (const plan of [...Object.values(PLANS).filter(({ id }) => id !== "built_in"), { ...PLANS.built_in, ...builtIn }]) {
    await client.query(
      `INSERT INTO plan (id, minutes_ms, api_calls, model_spend_micros, requests_per_minute, agents, concurrent_runs, queue_depth, members, longest_run_ms, overage_micros_per_minute)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (id) DO UPDATE SET minutes_ms = $2, api_calls = $3, model_spend_micros = $4, requests_per_minute = $5, agents = $6,
         concurrent_runs = $7, queue_depth = $8, members = $9, longest_run_ms = $10, overage_micros_per_minute = $11`,
      [plan.id, plan.minutesMs, plan.apiCalls, plan.modelSpendMicros, plan.requestsPerMinute, plan.agents, plan.concurrentRuns, plan.queueDepth, plan.members, plan.longestRunMs,
        plan.overageCentsPerMinute === null ? null : plan.overageCentsPerMinute * MICROS_PER_CENT],
    );
  }
}

/**
 * Moves workspaces that bought nothing to the plan that there is: to `built_in` where nothing is sold, to `free` where plans are.
 * One with a subscription or a contract stays what it is. Owner role only. Returns how many were moved.
 */
export async function moveUnsold(client: Client, { sold }: PlanSettings): Promise<number> {
  const { rowCount } = sold
    ? await client.query("UPDATE tenant SET plan_id = 'free' WHERE plan_id = 'built_in'")
    : await client.query(
        `UPDATE tenant t SET plan_id = 'built_in' WHERE t.plan_id IN ('free', 'starter', 'pro')
           AND NOT EXISTS (SELECT 1 FROM billing_account a WHERE a.tenant_id = t.id AND a.status IN ('trialing', 'active', 'past_due', 'unpaid'))
           AND NOT EXISTS (SELECT 1 FROM contract c WHERE c.tenant_id = t.id AND c.starts_at <= now() AND (c.ends_at IS NULL OR c.ends_at > now()))`,
      );
  return rowCount ?? 0;
}
