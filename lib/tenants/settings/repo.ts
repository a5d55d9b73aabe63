import type { Prisma, Tenant } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";
import type { SessionRef } from "@/lib/tenants/repo";

export type TenantRow = Tenant;

export function findTenantRow(tx: Tx, tenantId: string): Promise<TenantRow | null> {
  return tx.tenant.findFirst({ where: { id: tenantId } });
}

export async function updateTenantRow(tx: Tx, tenantId: string, data: Omit<Prisma.TenantUpdateManyMutationInput, "slug">): Promise<void> {
  await tx.tenant.updateMany({ where: { id: tenantId }, data });
}

/** Counts members, and of them those without a second factor. */
export async function countMembers(tx: Tx, tenantId: string): Promise<{ members: number; withoutTwoFactor: number }> {
  const members = await tx.member.count({ where: { tenantId } });
  return { members, withoutTwoFactor: await tx.member.count({ where: { tenantId, user: { totpEnabledAt: null } } }) };
}

export async function listOwnerIds(tx: Tx, tenantId: string): Promise<string[]> {
  const rows = await tx.member.findMany({ where: { tenantId, role: "owner" }, select: { userId: true }, orderBy: { userId: "asc" } });
  return rows.map((row) => row.userId);
}

/** Makes everybody who wants, or gives up, one of these slugs wait for each other until the transaction ends. */
export async function lockSlugs(tx: Tx, slugs: string[]): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('slug:' || s, 0))::text FROM unnest(${slugs.toSorted()}::text[]) s`;
}

/** True while no workspace has this slug nor had it. Asked inside the transaction, after `lockSlugs`. */
export async function isSlugFreeNow(tx: Tx, slug: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ free: boolean }[]>`SELECT slug_is_free(${slug}) AS free`;
  return rows[0]?.free ?? false;
}

/** The slugs that the tenant had before. */
export async function listOldSlugs(tx: Tx, tenantId: string): Promise<string[]> {
  const rows = await tx.tenantSlug.findMany({ where: { tenantId }, select: { slug: true }, orderBy: { retiredAt: "asc" } });
  return rows.map((row) => row.slug);
}

/** Gives the tenant another slug and keeps the one it had. False when a workspace that is being made took it at this moment: the transaction is over then. */
export async function moveSlugRow(tx: Tx, tenantId: string, from: string, to: string): Promise<boolean> {
  await tx.tenantSlug.deleteMany({ where: { tenantId, slug: to } });
  try {
    await tx.tenant.updateMany({ where: { id: tenantId }, data: { slug: to } });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "P2002") return false;
    throw error;
  }
  await tx.tenantSlug.create({ data: { tenantId, slug: from } });
  return true;
}

/** The present slug of a workspace that had this one before, for its members; null for everybody else. */
export async function findMovedSlug({ userId, sessionVersion, sessionId }: SessionRef, slug: string): Promise<string | null> {
  const rows = await callFunction<{ slug: string | null }>("slug_moved_to", "SELECT slug_moved_to($1, $2, $3, $4) AS slug", [userId, sessionVersion, sessionId, slug]);
  return rows[0]?.slug ?? null;
}

/** True while this person owns the tenant: asked after waiting for a lock, behind which the purge may have been. */
export async function isOwner(tx: Tx, tenantId: string, userId: string): Promise<boolean> {
  return (await tx.member.count({ where: { tenantId, userId, role: "owner" } })) === 1;
}

export type Purge = { tenant_id: string; deleted: number; finished: boolean };

/** Deletes at most `most` rows of one tenant whose time has come; null when there is none. */
export async function purgeTenantRows(most: number): Promise<Purge | null> {
  const rows = await callFunction<Purge>("purge_tenant", "SELECT * FROM purge_tenant($1)", [most]);
  return rows[0] ?? null;
}
