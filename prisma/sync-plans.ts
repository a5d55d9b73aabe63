import type { Client } from "pg";
import { MICROS_PER_CENT } from "@/lib/core/money";
import { PLANS } from "@/lib/billing/plans";

/** Copies the plans of the code into the database's `plan` table, where caps are compared with usage. Owner role only. */
export async function syncPlans(client: Client): Promise<void> {
  for (const plan of Object.values(PLANS)) {
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
