import type { ModelKey, Prisma } from "@/prisma/generated/client";
import type { PageQuery } from "@/lib/core/pagination";
import type { Tx } from "@/lib/platform/db";
import type { OwnModel } from "@/lib/models/schema";

export type ModelKeyRow = ModelKey;
/** Without the secret. */
export type ModelKeyListRow = Omit<ModelKey, "secret">;

/** Newest first, one more than asked for. */
export function listModelKeyRows(tx: Tx, tenantId: string, page: PageQuery): Promise<ModelKeyListRow[]> {
  return tx.modelKey.findMany({ where: { tenantId, ...(page.cursor ? { id: { lt: page.cursor } } : {}) }, orderBy: { id: "desc" }, take: page.limit + 1, omit: { secret: true } });
}

/** Every key of the tenant, by its label. There are no more than a few. */
export function listAllModelKeyRows(tx: Tx, tenantId: string): Promise<ModelKeyListRow[]> {
  return tx.modelKey.findMany({ where: { tenantId }, orderBy: { label: "asc" }, omit: { secret: true } });
}

export function findModelKeyRow(tx: Tx, tenantId: string, id: string): Promise<ModelKeyRow | null> {
  return tx.modelKey.findFirst({ where: { tenantId, id } });
}

export function findModelKeyByLabel(tx: Tx, tenantId: string, label: string): Promise<ModelKeyRow | null> {
  return tx.modelKey.findFirst({ where: { tenantId, label } });
}

export function countModelKeyRows(tx: Tx, tenantId: string): Promise<number> {
  return tx.modelKey.count({ where: { tenantId } });
}

type NewModelKey = { id: string; tenantId: string; label: string; baseUrl: string; secret: string; models: OwnModel[]; createdBy: string };

export function insertModelKeyRow(tx: Tx, { models, ...row }: NewModelKey): Promise<ModelKeyRow> {
  return tx.modelKey.create({ data: { ...row, models: toJson(models) } });
}

export async function updateModelKeyRow(tx: Tx, tenantId: string, id: string, { models, ...change }: { baseUrl?: string; secret?: string; models: OwnModel[] }): Promise<void> {
  await tx.modelKey.updateMany({ where: { tenantId, id }, data: { ...change, models: toJson(models), updatedAt: new Date() } });
}

export async function deleteModelKeyRow(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.modelKey.deleteMany({ where: { tenantId, id } });
}

/** What came through a schema as JSON is JSON; the type of Prisma cannot know. */
function toJson(models: OwnModel[]): Prisma.InputJsonValue {
  return models;
}
