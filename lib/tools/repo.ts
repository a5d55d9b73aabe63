import { Prisma, type Tool } from "@/prisma/generated/client";
import type { PageQuery } from "@/lib/core/pagination";
import type { Tx } from "@/lib/platform/db";
import type { HttpConfig, McpConfig, OfferedTool } from "@/lib/tools/schema";

export type ToolRow = Tool;
export type ToolListRow = Omit<Tool, "secretHeaders" | "offered">;

/** Newest first, one more than asked for, without what is large or secret. */
export function listToolRows(tx: Tx, tenantId: string, page: PageQuery): Promise<ToolListRow[]> {
  return tx.tool.findMany({
    where: { tenantId, archivedAt: null, ...(page.cursor ? { id: { lt: page.cursor } } : {}) },
    orderBy: { id: "desc" }, take: page.limit + 1, omit: { secretHeaders: true, offered: true },
  });
}

/** A tool that is not archived, or null. */
export function findToolRow(tx: Tx, tenantId: string, id: string): Promise<ToolRow | null> {
  return tx.tool.findFirst({ where: { tenantId, id, archivedAt: null } });
}

/** Those of these tools that there are and that are not archived, in no order. */
export function findToolRows(tx: Tx, tenantId: string, ids: readonly string[]): Promise<ToolRow[]> {
  return tx.tool.findMany({ where: { tenantId, id: { in: [...ids] }, archivedAt: null } });
}

/** Ids, names and kinds of all tools that are not archived, by name. */
export function listToolNameRows(tx: Tx, tenantId: string): Promise<Pick<Tool, "id" | "name" | "kind" | "description">[]> {
  return tx.tool.findMany({ where: { tenantId, archivedAt: null }, orderBy: { name: "asc" }, select: { id: true, name: true, kind: true, description: true } });
}

export function countToolRows(tx: Tx, tenantId: string): Promise<number> {
  return tx.tool.count({ where: { tenantId, archivedAt: null } });
}

/** True when another tool has the name. Ask under the tenant's lock. */
export async function isNameTaken(tx: Tx, tenantId: string, name: string, exceptId: string | null): Promise<boolean> {
  return (await tx.tool.count({ where: { tenantId, name, archivedAt: null, ...(exceptId ? { id: { not: exceptId } } : {}) } })) > 0;
}

type NewTool = { id: string; tenantId: string; kind: string; name: string; description: string; config: HttpConfig | McpConfig; secretHeaders: string | null; createdBy: string };

export function insertToolRow(tx: Tx, { config, ...row }: NewTool): Promise<ToolRow> {
  return tx.tool.create({ data: { ...row, config: toJson(config) } });
}

type Change = { name: string; description: string; config: HttpConfig | McpConfig; secretHeaders: string | null; updatedAt: Date };

/** Changes a tool and forgets what its server offered, which another address or secret may not. */
export async function updateToolRow(tx: Tx, tenantId: string, id: string, { config, ...change }: Change): Promise<void> {
  await tx.tool.updateMany({ where: { tenantId, id, archivedAt: null }, data: { ...change, config: toJson(config), offered: Prisma.DbNull, offeredAt: null } });
}

/** Keeps what a server offered, unless the tool was changed since it was read; then another server may have been asked. */
export async function keepOfferedRow(tx: Tx, row: Pick<Tool, "tenantId" | "id" | "updatedAt">, offered: OfferedTool[], at: Date): Promise<void> {
  await tx.tool.updateMany({ where: { tenantId: row.tenantId, id: row.id, updatedAt: row.updatedAt, archivedAt: null }, data: { offered: toJson(offered), offeredAt: at } });
}

/** Archives a tool; its secrets go at once. False when it was archived already. */
export async function archiveToolRow(tx: Tx, tenantId: string, id: string, at: Date): Promise<boolean> {
  const { count } = await tx.tool.updateMany({ where: { tenantId, id, archivedAt: null }, data: { archivedAt: at, updatedAt: at, secretHeaders: null } });
  return count === 1;
}

/** What was checked by a schema or came out of JSON is JSON; the type of Prisma cannot know. */
function toJson(value: object): Prisma.InputJsonValue {
  return value;
}
