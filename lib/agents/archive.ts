import { AppError } from "@/lib/core/errors";
import { withTenant } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { lockTenant } from "@/lib/tenants/service";
import { findDelegators, isSlugTaken, updateAgentRow } from "@/lib/agents/repo";
import { toAgentDto, toConfig } from "@/lib/agents/present";
import { findReferenceFault } from "@/lib/agents/references";
import { requireAgentRow, requireRoom } from "@/lib/agents/service";
import type { AgentDto } from "@/lib/agents/schema";

/**
 * Archives an agent: nothing starts it any more, its runs and versions stay, its slug is free for another one. Archiving
 * twice is no error.
 * @throws AppError `not_found`, `conflict` while another agent may hand work to it
 */
export async function archiveAgent(actor: Actor, idOrSlug: string): Promise<AgentDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    // Nobody may begin to hand work to it meanwhile.
    await lockTenant(tx, tenantId);
    const row = await requireAgentRow(tx, tenantId, idOrSlug);
    if (row.archivedAt) return toAgentDto(row);
    const by = await findDelegators(tx, tenantId, row.id);
    if (by.length > 0) {
      throw new AppError("conflict", `${by.map(({ name }) => `“${name}”`).join(", ")} may hand work to this agent. Take it from there first.`);
    }
    await updateAgentRow(tx, tenantId, row.id, { archivedAt: new Date() });
    await recordAudit(tx, actor, { action: "agent.archived", targetType: "agent", targetId: row.id, before: { slug: row.slug, name: row.name, version: row.version } });
    return toAgentDto(await requireAgentRow(tx, tenantId, row.id));
  });
}

/**
 * Brings an archived agent back as it was, under its slug. Restoring one that is not archived is no error.
 * @param limit how many agents the plan includes; null: any number
 * @throws AppError `not_found`, `plan_required` past the limit, `conflict` where its slug was taken, or a tool or an agent that it names is archived
 */
export async function restoreAgent(actor: Actor, limit: number | null, id: string): Promise<AgentDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const row = await requireAgentRow(tx, tenantId, id);
    if (!row.archivedAt) return toAgentDto(row);
    await requireRoom(tx, tenantId, limit);
    if (await isSlugTaken(tx, tenantId, row.slug)) throw new AppError("conflict", `Another agent has the slug \`${row.slug}\` by now. Archive that one first.`);
    // A model that is no longer offered can be changed afterwards. A tool or an agent that is gone would be named by one in use.
    const fault = await findReferenceFault(tx, tenantId, row.id, toConfig(row.config), ["tools", "delegates"]);
    if (fault) throw new AppError("conflict", `The agent cannot come back as it was. ${fault.message}`);
    await updateAgentRow(tx, tenantId, row.id, { archivedAt: null });
    await recordAudit(tx, actor, { action: "agent.restored", targetType: "agent", targetId: row.id, after: { slug: row.slug, name: row.name, version: row.version } });
    return toAgentDto(await requireAgentRow(tx, tenantId, row.id));
  });
}
