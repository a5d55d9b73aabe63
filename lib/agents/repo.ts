import type { Agent } from "@/prisma/generated/client";
import { isId } from "@/lib/core/ids";
import type { PageQuery } from "@/lib/core/pagination";
import type { Tx } from "@/lib/platform/db";
import type { CreateAgent } from "@/lib/agents/schema";

export type AgentRow = Agent;

/** Newest first, one more than asked for. */
export function listAgentRows(tx: Tx, tenantId: string, page: PageQuery): Promise<AgentRow[]> {
  return tx.agent.findMany({
    where: { tenantId, archivedAt: null, ...(page.cursor ? { id: { lt: page.cursor } } : {}) },
    orderBy: { id: "desc" },
    take: page.limit + 1,
  });
}

/** The agent with this id or slug in the tenant, or null. Both take the same query. */
export function findAgentRow(tx: Tx, tenantId: string, idOrSlug: string): Promise<AgentRow | null> {
  const by = isId("agt", idOrSlug) ? { id: idOrSlug } : { slug: idOrSlug };
  return tx.agent.findFirst({ where: { tenantId, archivedAt: null, ...by } });
}

/** How many agents the tenant has; archived ones do not count. */
export function countAgentRows(tx: Tx, tenantId: string): Promise<number> {
  return tx.agent.count({ where: { tenantId, archivedAt: null } });
}

/** Adds an agent; null when the slug is taken. */
export async function insertAgentRow(tx: Tx, row: CreateAgent & { id: string; tenantId: string; createdBy: string }): Promise<AgentRow | null> {
  const created = await tx.agent.createManyAndReturn({ data: [row], skipDuplicates: true });
  return created[0] ?? null;
}
