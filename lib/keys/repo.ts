import type { ApiKey } from "@/prisma/generated/client";
import type { PageQuery } from "@/lib/core/pagination";
import type { Tx } from "@/lib/platform/db";

export type KeyRow = ApiKey;

/** Newest first, revoked ones included, one more than asked for. */
export function listKeyRows(tx: Tx, tenantId: string, page: PageQuery): Promise<KeyRow[]> {
  return tx.apiKey.findMany({ where: { tenantId, ...(page.cursor ? { id: { lt: page.cursor } } : {}) }, orderBy: { id: "desc" }, take: page.limit + 1 });
}

export function findKeyRow(tx: Tx, tenantId: string, id: string): Promise<KeyRow | null> {
  return tx.apiKey.findFirst({ where: { tenantId, id } });
}

export function insertKeyRow(tx: Tx, row: { id: string; tenantId: string; name: string; hash: Uint8Array<ArrayBuffer>; prefix: string; scopes: string[]; createdBy: string }): Promise<KeyRow> {
  return tx.apiKey.create({ data: row });
}

/** Revokes a key; false when it was revoked already. */
export async function revokeKeyRow(tx: Tx, tenantId: string, id: string, at: Date): Promise<boolean> {
  const { count } = await tx.apiKey.updateMany({ where: { tenantId, id, revokedAt: null }, data: { revokedAt: at } });
  return count === 1;
}
