import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { toList, type ListBody, type PageQuery } from "@/lib/core/pagination";
import { withTenant, type Tx } from "@/lib/platform/db";
import { modelCatalogue } from "@/lib/platform/model";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { lockTenant } from "@/lib/tenants/service";
import { countAgentRows, findAgentRow, insertAgentRow, listAgentRows } from "@/lib/agents/repo";
import { toAgentDto } from "@/lib/agents/present";
import type { AgentDto, CreateAgent } from "@/lib/agents/schema";

/** The tenant's agents, newest first. */
export async function listAgents(tenantId: string, page: PageQuery): Promise<ListBody<AgentDto>> {
  return toList(await withTenant(tenantId, (tx) => listAgentRows(tx, tenantId, page)), page.limit, toAgentDto);
}

/** One agent by id or slug. @throws AppError `not_found` */
export async function requireAgent(tenantId: string, idOrSlug: string): Promise<AgentDto> {
  const row = await withTenant(tenantId, (tx) => findAgentRow(tx, tenantId, idOrSlug));
  if (!row) throw new AppError("not_found", "There is no such agent in this workspace.");
  return toAgentDto(row);
}

/** An agent by id or slug inside a transaction of its tenant, or null. */
export async function findAgent(tx: Tx, tenantId: string, idOrSlug: string): Promise<AgentDto | null> {
  const row = await findAgentRow(tx, tenantId, idOrSlug);
  return row && toAgentDto(row);
}

/**
 * Creates an agent.
 * @param limit how many agents the plan includes; null: any number
 * @throws AppError `invalid_field` for an unknown model, `conflict` for a slug in use, `plan_required` past the limit
 */
export async function createAgent(actor: Actor, limit: number | null, input: CreateAgent): Promise<AgentDto> {
  const { tenantId } = actor;
  if (!modelCatalogue().some((model) => model.id === input.model)) {
    throw new AppError("invalid_field", "There is no such model here.", { param: "model" });
  }
  return withTenant(tenantId, async (tx) => {
    // Two at once would both see room for one.
    await lockTenant(tx, tenantId);
    if (limit !== null && (await countAgentRows(tx, tenantId)) >= limit) {
      throw new AppError("plan_required", `The plan includes ${limit} agents, and all are in use.`);
    }
    const row = await insertAgentRow(tx, { ...input, id: newId("agt"), tenantId, createdBy: actor.userId });
    if (!row) throw new AppError("conflict", "Another agent of this workspace has this slug.", { param: "slug" });
    await recordAudit(tx, actor, { action: "agent.created", targetType: "agent", targetId: row.id, after: { slug: row.slug, name: row.name, model: row.model } });
    return toAgentDto(row);
  });
}
