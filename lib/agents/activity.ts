import { newId } from "@/lib/core/ids";
import { withTenant } from "@/lib/platform/db";
import { readActivityRows } from "@/lib/agents/repo";

/** More runs than this are not counted for a list. */
export const MOST_RUNS_COUNTED = 10_000;
export type AgentActivity = { lastRunAt: string | null; runs: number };

/** When each of these agents ran last and how many runs it has since a moment, at most {@link MOST_RUNS_COUNTED}. */
export async function readAgentActivity(tenantId: string, agentIds: string[], since: Date): Promise<Map<string, AgentActivity>> {
  // The first ten characters of an id are its time.
  const fromRunId = newId("run", since.getTime()).slice(0, 14);
  const rows = await withTenant(tenantId, (tx) => readActivityRows(tx, tenantId, agentIds, fromRunId, MOST_RUNS_COUNTED));
  return new Map(rows.map((row) => [row.agent_id, { lastRunAt: row.last_run_at?.toISOString() ?? null, runs: row.runs }]));
}
