import type { Tx } from "@/lib/platform/db";

export type LimitsRow = { agents: number | null; members: number | null; concurrent_runs: number; longest_run_ms: number };
/** Limits of a plan as they would be here: what was agreed with the tenant goes before the plan's own; what a contract agrees belongs to it. */
export type PlanLimitsRow = { now: LimitsRow; then: LimitsRow };

export async function findLimits(tx: Tx, tenantId: string, planId: string): Promise<PlanLimitsRow | null> {
  const rows = await tx.$queryRaw<PlanLimitsRow[]>`
    SELECT jsonb_build_object('agents', l.agents, 'members', l.members, 'concurrent_runs', l.concurrent_runs, 'longest_run_ms', l.longest_run_ms) AS now,
           jsonb_build_object('agents', coalesce(o.agents, p.agents), 'members', coalesce(o.members, p.members),
             'concurrent_runs', coalesce(o.concurrent_runs, p.concurrent_runs), 'longest_run_ms', coalesce(o.longest_run_ms, p.longest_run_ms)) AS then
    FROM effective_limit l JOIN plan p ON p.id = ${planId}
    LEFT JOIN tenant_override o ON o.tenant_id = l.tenant_id AND (o.starts_at IS NULL OR p.id = 'enterprise') AND (o.expires_at IS NULL OR o.expires_at > now())
    WHERE l.tenant_id = ${tenantId}`;
  return rows[0] ?? null;
}

export type AgentFitRow = { id: string; slug: string; name: string; max_minutes: number | null };

/** Agents that are not archived, oldest first: the order in which the plan's limit lets them in. */
export function listAgentsByAge(tx: Tx, tenantId: string): Promise<AgentFitRow[]> {
  return tx.$queryRaw`
    SELECT a.id, a.slug, a.name, (v.config ->> 'max_minutes')::float8 AS max_minutes
    FROM agent a JOIN agent_version v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
    WHERE a.tenant_id = ${tenantId} AND a.archived_at IS NULL ORDER BY a.id`;
}

export type MemberFitRow = { id: string; name: string; email: string; role: string };

/** Members in the order in which the plan's limit lets them in, as `past_seats` of the database has it. */
export function listMembersBySeat(tx: Tx, tenantId: string): Promise<MemberFitRow[]> {
  return tx.$queryRaw`
    SELECT u.id, u.name, u.email, m.role FROM member m JOIN user_account u ON u.id = m.user_id
    WHERE m.tenant_id = ${tenantId} ORDER BY m.role <> 'owner', m.created_at, m.user_id`;
}

export type ScheduleFitRow = { id: string; agentId: string; createdBy: string; agent: { slug: string; name: string } };

/** Schedules that start something, oldest first. */
export function listRunningSchedules(tx: Tx, tenantId: string): Promise<ScheduleFitRow[]> {
  return tx.schedule.findMany({ where: { tenantId, enabled: true }, select: { id: true, agentId: true, createdBy: true, agent: { select: { slug: true, name: true } } }, orderBy: { id: "asc" } });
}
