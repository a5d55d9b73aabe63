import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { toList, type ListBody } from "@/lib/core/pagination";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { sellsPlans } from "@/lib/billing/service";
import { lockTenant } from "@/lib/tenants/service";
import { describeConfig } from "@/lib/agents/audit-words";
import { countAgentRows, findAgentRow, findVersionRow, insertAgentRow, insertVersionRow, listAgentNames, listAgentRows, listModelRows, type AgentRow } from "@/lib/agents/repo";
import { toAgentDto, toConfig } from "@/lib/agents/present";
import { findReferenceFault } from "@/lib/agents/references";
import { CONFIG_FIELDS, type AgentConfig, type AgentDto, type AgentListQuery, type ConfigField, type CreateAgent } from "@/lib/agents/schema";

/** The tenant's agents, newest first; the archived ones instead, where they are asked for. */
export async function listAgents(tenantId: string, query: Omit<AgentListQuery, "archived"> & { archived?: boolean }): Promise<ListBody<AgentDto>> {
  return toList(await withTenant(tenantId, (tx) => listAgentRows(tx, tenantId, { archived: false, ...query })), query.limit, toAgentDto);
}

/** One agent by id or slug, an archived one by its id. @throws AppError `not_found` */
export async function requireAgent(tenantId: string, idOrSlug: string): Promise<AgentDto> {
  return toAgentDto(await withTenant(tenantId, (tx) => requireAgentRow(tx, tenantId, idOrSlug)));
}

/** An agent by id or slug inside a transaction of its tenant, or null. Archived ones are not found: nothing starts them. */
export async function findAgent(tx: Tx, tenantId: string, idOrSlug: string): Promise<AgentDto | null> {
  const row = await findAgentRow(tx, tenantId, idOrSlug);
  return row && toAgentDto(row);
}

/** An agent that is to do something now or later. @throws AppError `not_found`, also for an archived one; `plan_required` for a read-only one */
export async function requireUsableAgent(tx: Tx, tenantId: string, idOrSlug: string): Promise<AgentDto> {
  const agent = await findAgent(tx, tenantId, idOrSlug);
  if (!agent) throw new AppError("not_found", "There is no such agent in this workspace.", { param: "agent" });
  if (agent.read_only) throw readOnlyRefusal(agent.name, "run");
  return agent;
}

/** What is said of an agent that the plan has no room for. */
export function readOnlyRefusal(name: string, deed: "run" | "changed"): AppError {
  return new AppError("plan_required", `The agent “${name}” cannot be ${deed}: the plan has room for fewer agents than there are, and the oldest ones are in use. ${sellsPlans() ? "Archive an older agent, or choose a larger plan." : "Archive an older agent."}`);
}

/** One agent that can be run, by id or slug. @throws AppError `not_found`, also for an archived one */
export async function requireLiveAgent(tenantId: string, idOrSlug: string): Promise<AgentDto> {
  const agent = await withTenant(tenantId, (tx) => findAgent(tx, tenantId, idOrSlug));
  if (!agent) throw new AppError("not_found", "There is no such agent in this workspace.");
  return agent;
}

/** Every agent of the workspace that can be run, by slug, as models are listed. */
export async function listModelAgents(tenantId: string): Promise<{ slug: string; created_at: string }[]> {
  const rows = await withTenant(tenantId, (tx) => listModelRows(tx, tenantId));
  return rows.map((row) => ({ slug: row.slug, created_at: row.createdAt.toISOString() }));
}

/** What an agent was in one of its versions, archived or not. @throws AppError `not_found` */
export async function readAgentVersion(tx: Tx, tenantId: string, agentId: string, version: number): Promise<AgentConfig> {
  const row = await findVersionRow(tx, tenantId, agentId, version);
  if (!row) throw new AppError("not_found", `The agent has no version ${version}.`);
  return toConfig(row.config);
}

/** Every agent of the workspace that is not archived, by name, as what another one may hand work to. */
export function listDelegateChoices(tenantId: string): Promise<{ id: string; slug: string; name: string }[]> {
  return withTenant(tenantId, (tx) => listAgentNames(tx, tenantId));
}

/**
 * Creates an agent with its first version.
 * @param limit how many agents the plan includes; null: any number
 * @throws AppError `invalid_field` for a model, tool or delegate that is not there, `conflict` for a slug in use, `plan_required` past the limit
 */
export async function createAgent(actor: Actor, limit: number | null, { name, slug, ...config }: CreateAgent): Promise<AgentDto> {
  const { tenantId } = actor;
  const id = newId("agt");
  return withTenant(tenantId, async (tx) => {
    // Two at once would both see room for one.
    await lockTenant(tx, tenantId);
    await requireRoom(tx, tenantId, limit);
    await requireReferences(tx, tenantId, id, config, CONFIG_FIELDS);
    if (!(await insertAgentRow(tx, { id, slug, name, tenantId, createdBy: actor.userId }))) {
      throw new AppError("conflict", "Another agent of this workspace has this slug.", { param: "slug" });
    }
    await insertVersionRow(tx, { tenantId, agentId: id, version: 1, config, note: null, createdBy: actor.id });
    await recordAudit(tx, actor, { action: "agent.created", targetType: "agent", targetId: id, after: { slug, name, version: 1, ...describeConfig(config) } });
    return toAgentDto(await requireAgentRow(tx, tenantId, id));
  });
}

/** @throws AppError `not_found` */
export async function requireAgentRow(tx: Tx, tenantId: string, idOrSlug: string): Promise<AgentRow> {
  const row = await findAgentRow(tx, tenantId, idOrSlug, { evenArchived: true });
  if (!row) throw new AppError("not_found", "There is no such agent in this workspace.");
  return row;
}

/** @throws AppError `plan_required` when the plan has no room for one more; the caller holds the tenant's lock */
export async function requireRoom(tx: Tx, tenantId: string, limit: number | null): Promise<void> {
  if (limit !== null && (await countAgentRows(tx, tenantId)) >= limit) {
    throw new AppError("plan_required", `The plan includes ${limit} agents, and all are in use.`);
  }
}

/** @throws AppError `invalid_field` where a field that changes names what is not there */
export async function requireReferences(tx: Tx, tenantId: string, id: string, config: AgentConfig, changed: readonly ConfigField[]): Promise<void> {
  const fault = await findReferenceFault(tx, tenantId, id, config, changed);
  if (fault) throw new AppError("invalid_field", fault.message, { param: fault.param });
}
