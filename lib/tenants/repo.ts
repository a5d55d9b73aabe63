import type { Tenant } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";
import type { Role } from "@/lib/tenants/policy";

/** A signed-in user's session, as its cookie names it. */
export type SessionRef = { userId: string; sessionVersion: number; sessionId: string };
export type MembershipRow = { tenant_id: string; slug: string; name: string; role: string; plan_id: string };

/** The workspaces of a signed-in user, oldest membership first; none for an ended session. */
export function listMembershipRows({ userId, sessionVersion, sessionId }: SessionRef): Promise<MembershipRow[]> {
  return callFunction<MembershipRow>("tenants_of_user", "SELECT * FROM tenants_of_user($1, $2, $3)", [userId, sessionVersion, sessionId]);
}

/** True while no workspace has this slug. */
export async function isSlugFree(slug: string): Promise<boolean> {
  const rows = await callFunction<{ free: boolean }>("slug_is_free", "SELECT slug_is_free($1) AS free", [slug]);
  return rows[0]?.free ?? false;
}

/** Adds a tenant; null when the slug is taken. */
export async function insertTenantRow(tx: Tx, row: { id: string; slug: string; name: string; planId: string }): Promise<Tenant | null> {
  // The row is visible to its own transaction only under its own id, which the caller has set.
  const rows = await tx.tenant.createManyAndReturn({ data: [row], skipDuplicates: true });
  return rows[0] ?? null;
}

export async function findSlugRow(tx: Tx, tenantId: string): Promise<string | null> {
  const row = await tx.tenant.findFirst({ where: { id: tenantId }, select: { slug: true } });
  return row?.slug ?? null;
}

/** Adds a member. */
export async function insertMemberRow(tx: Tx, row: { tenantId: string; userId: string; role: Role }): Promise<void> {
  await tx.member.create({ data: row });
}

/** Locks the tenant's row, so that two changes that count something wait for each other. */
export async function lockTenantRow(tx: Tx, tenantId: string): Promise<void> {
  // Not FOR UPDATE: that would keep out whoever refers to the tenant, and a run that is being settled does so while it holds the counter.
  await tx.$queryRaw`SELECT 1 FROM tenant WHERE id = ${tenantId} FOR NO KEY UPDATE`;
}

/** Makes two workspaces of one person be made one after the other. */
export async function lockFounder(tx: Tx, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM user_account WHERE id = ${userId} FOR UPDATE`;
}

/** The name of the Free workspace that a user owns, or null. Asked inside the transaction, on its own connection. */
export async function findFreeWorkspaceName(tx: Tx, { userId, sessionVersion, sessionId }: SessionRef): Promise<string | null> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT name FROM tenants_of_user(${userId}, ${sessionVersion}, ${sessionId}) WHERE role = 'owner' AND plan_id = 'free' LIMIT 1`;
  return rows[0]?.name ?? null;
}
