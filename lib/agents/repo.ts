import type { Agent, AgentVersion } from "@/prisma/generated/client";
import { Prisma } from "@/prisma/generated/client";
import { isId } from "@/lib/core/ids";
import type { Tx } from "@/lib/platform/db";
import type { AgentConfig, AgentListQuery, VersionListQuery } from "@/lib/agents/schema";

/** An agent with the configuration of its newest version. */
export type AgentRow = Agent & { config: unknown; readOnly: boolean };
export type AgentVersionRow = AgentVersion;
export type VersionSummaryRow = Omit<AgentVersion, "config">;

const SELECT_AGENT = Prisma.sql`
  SELECT a.id, a.tenant_id AS "tenantId", a.slug, a.name, a.version, a.created_by AS "createdBy", a.archived_at AS "archivedAt", a.created_at AS "createdAt",
         a.updated_at AS "updatedAt", v.config,
         -- Of those that are not archived the oldest are in use, as many as the plan has room for. No more of them are counted than that.
         a.archived_at IS NULL AND l.agents IS NOT NULL
           AND (SELECT count(*) FROM (SELECT 1 FROM agent o WHERE o.tenant_id = a.tenant_id AND o.archived_at IS NULL AND o.id < a.id LIMIT l.agents) older) >= l.agents AS "readOnly"
  FROM agent a JOIN effective_limit l ON l.tenant_id = a.tenant_id JOIN agent_version v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version`;

/** Newest first, one more than asked for; those that are archived or those that are not. */
export function listAgentRows(tx: Tx, tenantId: string, { limit, cursor, archived }: AgentListQuery): Promise<AgentRow[]> {
  return tx.$queryRaw`${SELECT_AGENT}
    WHERE a.tenant_id = ${tenantId} AND (a.archived_at IS NOT NULL) = ${archived} ${cursor ? Prisma.sql`AND a.id < ${cursor}` : Prisma.empty}
    ORDER BY a.id DESC LIMIT ${limit + 1}`;
}

/** The agent with this id or slug in the tenant, or null. An archived one has no slug any more; `evenArchived` finds it by its id. */
export async function findAgentRow(tx: Tx, tenantId: string, idOrSlug: string, { evenArchived = false } = {}): Promise<AgentRow | null> {
  const by = isId("agt", idOrSlug)
    ? Prisma.sql`a.id = ${idOrSlug} ${evenArchived ? Prisma.empty : Prisma.sql`AND a.archived_at IS NULL`}`
    : Prisma.sql`a.slug = ${idOrSlug} AND a.archived_at IS NULL`;
  const rows = await tx.$queryRaw<AgentRow[]>`${SELECT_AGENT} WHERE a.tenant_id = ${tenantId} AND ${by}`;
  return rows[0] ?? null;
}

/** How many agents the tenant has; archived ones do not count. */
export function countAgentRows(tx: Tx, tenantId: string): Promise<number> {
  return tx.agent.count({ where: { tenantId, archivedAt: null } });
}

type Names = { id: string; slug: string; name: string };

/** Those of these agents that the tenant has and that are not archived. */
export function findAgentNames(tx: Tx, tenantId: string, ids: string[]): Promise<Names[]> {
  return tx.agent.findMany({ where: { tenantId, archivedAt: null, id: { in: ids } }, select: { id: true, slug: true, name: true } });
}

/** Every agent of the tenant that is not archived, by name. */
export function listAgentNames(tx: Tx, tenantId: string): Promise<Names[]> {
  return tx.agent.findMany({ where: { tenantId, archivedAt: null }, select: { id: true, slug: true, name: true }, orderBy: [{ name: "asc" }, { id: "asc" }] });
}

/** Every agent of the tenant that is not archived, by slug. */
export function listModelRows(tx: Tx, tenantId: string): Promise<{ slug: string; createdAt: Date }[]> {
  return tx.agent.findMany({ where: { tenantId, archivedAt: null }, select: { slug: true, createdAt: true }, orderBy: { slug: "asc" } });
}

/** Agents that are not archived and may hand work to this one. */
export function findDelegators(tx: Tx, tenantId: string, id: string): Promise<Names[]> {
  return tx.$queryRaw`
    SELECT a.id, a.slug, a.name FROM agent a JOIN agent_version v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
    WHERE a.tenant_id = ${tenantId} AND a.archived_at IS NULL AND a.id <> ${id} AND v.config -> 'delegates' @> to_jsonb(${id}::text) ORDER BY a.name, a.id`;
}

/** Adds an agent without its first version; false when the slug is taken. */
export async function insertAgentRow(tx: Tx, row: { id: string; tenantId: string; slug: string; name: string; createdBy: string }): Promise<boolean> {
  const { count } = await tx.agent.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

/** Changes an agent; the caller holds the tenant's lock. */
export async function updateAgentRow(tx: Tx, tenantId: string, id: string, data: { name?: string; version?: number; archivedAt?: Date | null }): Promise<void> {
  await tx.agent.updateMany({ where: { tenantId, id }, data: { ...data, updatedAt: new Date() } });
}

/** True when an agent that is not archived has this slug. */
export async function isSlugTaken(tx: Tx, tenantId: string, slug: string): Promise<boolean> {
  return (await tx.agent.count({ where: { tenantId, slug, archivedAt: null } })) > 0;
}

type NewVersion = { tenantId: string; agentId: string; version: number; config: AgentConfig; note: string | null; createdBy: string };

export async function insertVersionRow(tx: Tx, { config, ...row }: NewVersion): Promise<void> {
  // A configuration came through its schema as JSON, and JSON it is; the schema types the parts of an output schema as unknown.
  await tx.agentVersion.createMany({ data: [{ ...row, config: config as Prisma.InputJsonObject }] });
}

export function findVersionRow(tx: Tx, tenantId: string, agentId: string, version: number): Promise<AgentVersionRow | null> {
  return tx.agentVersion.findFirst({ where: { tenantId, agentId, version } });
}

/** Newest first, one more than asked for. */
export function listVersionRows(tx: Tx, tenantId: string, agentId: string, { limit, cursor }: VersionListQuery): Promise<VersionSummaryRow[]> {
  return tx.agentVersion.findMany({
    where: { tenantId, agentId, ...(cursor === undefined ? {} : { version: { lt: cursor } }) }, omit: { config: true }, orderBy: { version: "desc" }, take: limit + 1,
  });
}

/** Names of members, or of people who were, and of the tenant's keys. */
export async function findMakerNames(tx: Tx, tenantId: string, ids: string[]): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ id: string; name: string }[]>`
    SELECT u.id, u.name FROM user_account u WHERE u.id = ANY (${ids})
    UNION ALL SELECT k.id, k.name FROM api_key k WHERE k.tenant_id = ${tenantId} AND k.id = ANY (${ids})`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export type ActivityRow = { agent_id: string; last_run_at: Date | null; runs: number };

/**
 * When each of these agents ran last, and how many runs it has from a run's id on; no more than `most` are counted. Ids
 * sort by time, so both are read from the end of one index.
 */
export function readActivityRows(tx: Tx, tenantId: string, agentIds: string[], fromRunId: string, most: number): Promise<ActivityRow[]> {
  return tx.$queryRaw`
    SELECT g.id AS agent_id, (SELECT r.created_at FROM run r WHERE r.tenant_id = ${tenantId} AND r.agent_id = g.id ORDER BY r.id DESC LIMIT 1) AS last_run_at,
           (SELECT count(*)::int FROM (SELECT 1 FROM run r WHERE r.tenant_id = ${tenantId} AND r.agent_id = g.id AND r.id >= ${fromRunId} LIMIT ${most}) c) AS runs
    FROM unnest(${agentIds}::text[]) AS g (id)`;
}

/** Slugs of agents that are not archived and whose current version names this tool. */
export async function findSlugsUsingTool(tx: Tx, tenantId: string, toolId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ slug: string }[]>`
    SELECT a.slug FROM agent a JOIN agent_version v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
    WHERE a.tenant_id = ${tenantId} AND a.archived_at IS NULL AND v.config -> 'tools' @> to_jsonb(${toolId}::text) ORDER BY a.slug`;
  return rows.map((row) => row.slug);
}

/** Slugs of agents that are not archived and whose current version uses one of these models. */
export async function findSlugsUsingModels(tx: Tx, tenantId: string, models: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ slug: string }[]>`
    SELECT a.slug FROM agent a JOIN agent_version v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
    WHERE a.tenant_id = ${tenantId} AND a.archived_at IS NULL AND v.config ->> 'model' = ANY (${[...models]}::text[]) ORDER BY a.slug`;
  return rows.map((row) => row.slug);
}
