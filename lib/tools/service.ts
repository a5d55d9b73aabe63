import { AppError } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { toList, type ListBody, type PageQuery } from "@/lib/core/pagination";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { lockTenant } from "@/lib/tenants/service";
import { mergeHeaders, openHeaders, sealHeaders } from "@/lib/tools/headers";
import { agentsUsingTool } from "@/lib/agents/uses";
import { changeConfig, configProblem, foreignField, strayHeader, toConfig, type Problem } from "@/lib/tools/policy";
import { readConfig, toToolDto, toToolSummary } from "@/lib/tools/present";
import { archiveToolRow, countToolRows, findToolRow, insertToolRow, isNameTaken, listToolRows, updateToolRow, type ToolRow } from "@/lib/tools/repo";
import { MAX_TOOLS, type CreateTool, type ToolDto, type ToolSummary, type UpdateTool } from "@/lib/tools/schema";

export { loadToolSet, type ToolDefinition, type ToolResult, type ToolSet } from "@/lib/tools/tool-set";

/** The tenant's tools, newest first, without archived ones. */
export async function listTools(tenantId: string, page: PageQuery): Promise<ListBody<ToolSummary>> {
  return toList(await withTenant(tenantId, (tx) => listToolRows(tx, tenantId, page)), page.limit, toToolSummary);
}

/** One tool. @throws AppError `not_found` */
export async function requireTool(tenantId: string, id: string): Promise<ToolDto> {
  return toToolDto(await withTenant(tenantId, (tx) => requireToolRow(tx, tenantId, id)));
}

/** Adds a tool. Its server is not asked for anything yet. @throws AppError `invalid_field`, `conflict` for a name in use or too many tools */
export async function createTool(actor: Actor, input: CreateTool): Promise<ToolDto> {
  const config = toConfig(input);
  refuse(configProblem(config));
  const { tenantId } = actor;
  const id = newId("tol");
  return withTenant(tenantId, async (tx) => {
    // Two at once would both find the name free.
    await lockTenant(tx, tenantId);
    if ((await countToolRows(tx, tenantId)) >= MAX_TOOLS) throw new AppError("conflict", `A workspace has at most ${MAX_TOOLS} tools.`);
    await requireNameFree(tx, tenantId, input.name, null);
    const row = await insertToolRow(tx, { id, tenantId, kind: input.kind, name: input.name, description: input.description, config, secretHeaders: sealHeaders(id, input.headers), createdBy: actor.userId });
    await recordAudit(tx, actor, { action: "tool.created", targetType: "tool", targetId: id, after: settingsOf(row) });
    return toToolDto(row);
  });
}

/** Changes a tool; its next call uses what is new. @throws AppError `not_found`, `invalid_field`, `conflict` for a name in use */
export async function updateTool(actor: Actor, id: string, change: UpdateTool): Promise<ToolDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const before = await requireToolRow(tx, tenantId, id);
    const { kind, config: stored } = readConfig(before);
    const foreign = foreignField(kind, change);
    if (foreign) throw new AppError("invalid_field", "An MCP server says itself what its tools take.", { param: foreign });
    const stray = strayHeader(stored, change);
    if (stray) throw new AppError("invalid_field", `Give \`${stray}\` again, or take it away: it was meant for another server.`, { param: "headers" });
    const headers = mergeHeaders(openHeaders(id, before.secretHeaders), change.headers ?? {});
    if (Object.keys(headers).length > 20) throw new AppError("invalid_field", "Use at most 20 headers.", { param: "headers" });
    const config = changeConfig(stored, change, Object.keys(headers));
    refuse(configProblem(config));
    const name = change.name ?? before.name;
    await requireNameFree(tx, tenantId, name, id);
    const secretHeaders = change.headers === undefined ? before.secretHeaders : sealHeaders(id, headers);
    await updateToolRow(tx, tenantId, id, { name, description: change.description ?? before.description, config, secretHeaders, updatedAt: new Date() });
    const after = await requireToolRow(tx, tenantId, id);
    const changedHeaders = Object.keys(change.headers ?? {});
    await recordAudit(tx, actor, { action: "tool.updated", targetType: "tool", targetId: id, before: settingsOf(before), after: { ...settingsOf(after), ...(changedHeaders.length > 0 ? { headers_changed: changedHeaders } : {}) } });
    return toToolDto(after);
  });
}

/** Archives a tool: no run finds it any more, its name is free, its secrets are gone. @throws AppError `not_found`, `conflict` while an agent uses it */
export async function archiveTool(actor: Actor, id: string): Promise<ToolDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    // An agent that is saved at the same moment would name a tool that is gone.
    await lockTenant(tx, tenantId);
    const row = await requireToolRow(tx, tenantId, id);
    const agents = await agentsUsingTool(tx, tenantId, id);
    if (agents.length > 0) throw new AppError("conflict", `Agents use this tool: ${agents.slice(0, 5).join(", ")}${agents.length > 5 ? ", …" : ""}. Take it from them first.`);
    const at = new Date();
    await archiveToolRow(tx, tenantId, id, at);
    await recordAudit(tx, actor, { action: "tool.archived", targetType: "tool", targetId: id, before: settingsOf(row) });
    return toToolDto({ ...row, archivedAt: at, updatedAt: at });
  });
}

/** A tool inside a transaction of its tenant. @throws AppError `not_found` */
export async function requireToolRow(tx: Tx, tenantId: string, id: string): Promise<ToolRow> {
  const row = isId("tol", id) ? await findToolRow(tx, tenantId, id) : null;
  if (!row) throw new AppError("not_found", "There is no such tool in this workspace.");
  return row;
}

async function requireNameFree(tx: Tx, tenantId: string, name: string, exceptId: string | null): Promise<void> {
  if (await isNameTaken(tx, tenantId, name, exceptId)) throw new AppError("conflict", "Another tool of this workspace has this name.", { param: "name" });
}

function refuse(problem: Problem | null): void {
  if (problem) throw new AppError("invalid_field", problem.message, { param: problem.param });
}

/** For the audit log: names of headers, never what they hold. */
function settingsOf(row: ToolRow): { kind: string; name: string; url: string; headers: string[] } {
  const { config } = readConfig(row);
  return { kind: row.kind, name: row.name, url: config.url, headers: config.header_names };
}
