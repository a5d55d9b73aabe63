import type { ApiKey, Prisma } from "@/prisma/generated/client";
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

/** Hashes of every secret that may still be used, earlier ones in their grace included. */
export async function findWorkingHashes(tx: Tx, tenantId: string): Promise<Uint8Array[]> {
  const rows = await tx.apiKey.findMany({ where: { tenantId, revokedAt: null }, select: { hash: true, previousHash: true } });
  return rows.flatMap(({ hash, previousHash }) => (previousHash ? [hash, previousHash] : [hash]));
}

/** Which of these people are members of the tenant. */
export async function findMembers(tx: Tx, tenantId: string, userIds: string[]): Promise<Set<string>> {
  const rows = await tx.member.findMany({ where: { tenantId, userId: { in: userIds } }, select: { userId: true } });
  return new Set(rows.map((row) => row.userId));
}

type Limits = { expiresAt: Date | null; allowedCidrs: string[]; requestsPerMinute: number | null; monthlyCapMs: number | null };
type NewKey = Limits & { id: string; tenantId: string; name: string; hash: Uint8Array<ArrayBuffer>; prefix: string; scopes: string[]; createdBy: string };

export function insertKeyRow(tx: Tx, row: NewKey): Promise<KeyRow> {
  return tx.apiKey.create({ data: row });
}

/** Changes a key that is not revoked; false when there is none such. */
export async function updateKeyRow(tx: Tx, tenantId: string, id: string, data: Partial<Limits> & { name?: string; expiryWarnedAt?: null }): Promise<boolean> {
  const { count } = await tx.apiKey.updateMany({ where: { tenantId, id, revokedAt: null }, data: data satisfies Prisma.ApiKeyUpdateManyMutationInput });
  return count === 1;
}

type NewSecret = { hash: Uint8Array<ArrayBuffer>; prefix: string; previousHash: Uint8Array<ArrayBuffer> | null; previousExpiresAt: Date | null };

/** Gives a key another secret; false when it was revoked or somebody else was faster. */
export async function replaceSecretRow(tx: Tx, tenantId: string, id: string, current: Uint8Array<ArrayBuffer>, next: NewSecret): Promise<boolean> {
  const { count } = await tx.apiKey.updateMany({ where: { tenantId, id, hash: current, revokedAt: null }, data: next });
  return count === 1;
}

/** Revokes a key; false when it was revoked already. */
export async function revokeKeyRow(tx: Tx, tenantId: string, id: string, at: Date): Promise<boolean> {
  const { count } = await tx.apiKey.updateMany({ where: { tenantId, id, revokedAt: null }, data: { revokedAt: at } });
  return count === 1;
}

/** Keys of any tenant that end soon, each given out once. Run in the transaction that queues their mails. */
export function takeExpiringKeys(tx: Tx, most: number): Promise<{ tenant_id: string; key_id: string }[]> {
  return tx.$queryRaw`SELECT tenant_id, key_id FROM take_expiring_keys(interval '7 days', ${most}::int)`;
}

/** How many keys each member has made that are neither revoked nor ended. */
export async function countWorkingKeyRows(tx: Tx, tenantId: string, now: Date): Promise<Map<string, number>> {
  const rows = await tx.apiKey.groupBy({ by: ["createdBy"], where: { tenantId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] }, _count: true });
  return new Map(rows.map((row) => [row.createdBy, row._count]));
}

/** Keys with a monthly cap that are not revoked, by name. */
export function listCappedKeyRows(tx: Tx, tenantId: string): Promise<{ id: string; name: string }[]> {
  return tx.apiKey.findMany({ where: { tenantId, revokedAt: null, monthlyCapMs: { not: null } }, select: { id: true, name: true }, orderBy: [{ name: "asc" }, { id: "asc" }] });
}
