import { AppError } from "@/lib/core/errors";
import { toList, type ListBody } from "@/lib/core/pagination";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { lockTenant } from "@/lib/tenants/service";
import { describeConfig } from "@/lib/agents/audit-words";
import { changedFields } from "@/lib/agents/policy";
import { findMakerNames, findVersionRow, insertVersionRow, listVersionRows, updateAgentRow, type AgentRow } from "@/lib/agents/repo";
import { toAgentDto, toConfig, toVersionDto, toVersionSummary } from "@/lib/agents/present";
import { findReferenceFault } from "@/lib/agents/references";
import { readAgentVersion, readOnlyRefusal, requireAgentRow, requireReferences } from "@/lib/agents/service";
import type { AgentConfig, AgentDto, AgentVersionDto, AgentVersionSummary, UpdateAgent, VersionListQuery } from "@/lib/agents/schema";

/**
 * Saves a change of an agent as its next version; a save that changes nothing makes none.
 * @throws AppError `not_found`, `plan_required` for a read-only agent, `conflict` for an archived agent and where somebody saved a newer version than `version`,
 *   `invalid_field` for a model, tool or delegate that is not there
 */
export async function updateAgent(actor: Actor, idOrSlug: string, { name, version: seen, note, ...change }: UpdateAgent): Promise<AgentDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const row = await requireLiveRow(tx, tenantId, idOrSlug);
    if (seen !== undefined && seen !== row.version) {
      throw new AppError("conflict", `The agent is at version ${row.version} by now; this change was made from version ${seen}. Nothing was saved.`);
    }
    const before = toConfig(row.config);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const config: AgentConfig = { ...before, ...given };
    const changed = changedFields(before, config);
    const renamed = name !== undefined && name !== row.name;
    if (changed.length === 0 && !renamed) return toAgentDto(row);
    await requireReferences(tx, tenantId, row.id, config, changed);
    const remark = note || (renamed && changed.length === 0 ? `Renamed from “${row.name}”.` : null);
    return saveVersion(tx, actor, row, { action: "agent.updated", config, name: renamed ? name : row.name, note: remark });
  });
}

/**
 * Makes an earlier version the newest again, as a version of its own. Rolling back to what the agent is already makes none.
 * @throws AppError `not_found` for an agent or version that is not there, `conflict` for an archived agent, and where that
 *   version names a model, tool or delegate that is gone
 */
export async function rollBackAgent(actor: Actor, idOrSlug: string, version: number): Promise<AgentDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const row = await requireLiveRow(tx, tenantId, idOrSlug);
    const config = await readAgentVersion(tx, tenantId, row.id, version);
    const changed = changedFields(toConfig(row.config), config);
    if (changed.length === 0) return toAgentDto(row);
    const fault = await findReferenceFault(tx, tenantId, row.id, config, changed);
    if (fault) throw new AppError("conflict", `Version ${version} cannot come back as it was. ${fault.message}`);
    return saveVersion(tx, actor, row, { action: "agent.rolled_back", config, name: row.name, note: `Rolled back to version ${version}.` });
  });
}

/** An agent's versions, newest first, without what they say. @throws AppError `not_found` */
export async function listAgentVersions(tenantId: string, idOrSlug: string, query: VersionListQuery): Promise<ListBody<AgentVersionSummary>> {
  const rows = await withTenant(tenantId, async (tx) => listVersionRows(tx, tenantId, (await requireAgentRow(tx, tenantId, idOrSlug)).id, query));
  return toList(rows.map((row) => ({ ...row, id: String(row.version) })), query.limit, toVersionSummary);
}

/** One version of an agent, by its number as it stands in an address. @throws AppError `not_found` */
export async function requireAgentVersion(tenantId: string, idOrSlug: string, version: string): Promise<AgentVersionDto> {
  return withTenant(tenantId, async (tx) => {
    const agent = await requireAgentRow(tx, tenantId, idOrSlug);
    // Anything else is no number that a version could have.
    const row = /^[1-9]\d{0,8}$/.test(version) ? await findVersionRow(tx, tenantId, agent.id, Number(version)) : null;
    if (!row) throw new AppError("not_found", "The agent has no such version.");
    return toVersionDto(row);
  });
}

/** Names of the members and keys that saved versions, by their ids. A key that is not the tenant's has none. */
export function nameMakers(tenantId: string, ids: string[]): Promise<Map<string, string>> {
  return withTenant(tenantId, (tx) => findMakerNames(tx, tenantId, [...new Set(ids)]));
}

async function requireLiveRow(tx: Tx, tenantId: string, idOrSlug: string): Promise<AgentRow> {
  const row = await requireAgentRow(tx, tenantId, idOrSlug);
  if (row.archivedAt) throw new AppError("conflict", "This agent is archived. Restore it to change it.");
  if (row.readOnly) throw readOnlyRefusal(row.name, "changed");
  return row;
}

type Save = { action: "agent.updated" | "agent.rolled_back"; config: AgentConfig; name: string; note: string | null };

async function saveVersion(tx: Tx, actor: Actor, row: AgentRow, { action, config, name, note }: Save): Promise<AgentDto> {
  const { tenantId } = actor;
  const before = toConfig(row.config);
  const changed = changedFields(before, config);
  const version = row.version + 1;
  await insertVersionRow(tx, { tenantId, agentId: row.id, version, config, note, createdBy: actor.id });
  await updateAgentRow(tx, tenantId, row.id, { version, name });
  const renamed = name !== row.name;
  await recordAudit(tx, actor, {
    action, targetType: "agent", targetId: row.id,
    before: { version: row.version, ...(renamed ? { name: row.name } : {}), ...describeConfig(before, changed) },
    after: { version, ...(renamed ? { name } : {}), ...describeConfig(config, changed) },
  });
  return toAgentDto(await requireAgentRow(tx, tenantId, row.id));
}
