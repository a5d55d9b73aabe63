import type { Prisma } from "@/prisma/generated/client";
import { newId } from "@/lib/core/ids";
import type { Tx } from "@/lib/platform/db";
import type { BillingMail } from "@/lib/notifications/billing/schema";

/** False: a mail with this key was written already. */
export async function insertMailRow(tx: Tx, tenantId: string, key: string, mail: BillingMail): Promise<boolean> {
  const { kind, ...data } = mail;
  const { count } = await tx.billingMail.createMany({ data: [{ tenantId, id: newId("bml"), key, kind, data }], skipDuplicates: true });
  return count === 1;
}

/** Marks a mail as told of and returns its kind; null when it was before, or is not there. Of several who try at once one gets it. */
export async function takeMailRow(tx: Tx, tenantId: string, key: string): Promise<string | null> {
  const rows = await tx.$queryRaw<{ kind: string }[]>`UPDATE billing_mail SET told_at = now() WHERE tenant_id = ${tenantId} AND key = ${key} AND told_at IS NULL RETURNING kind`;
  return rows[0]?.kind ?? null;
}

export type MailRow = { id: string; kind: string; data: Prisma.JsonValue; workspace: string; slug: string };

/** A mail with the workspace that it is about. */
export async function findMailRow(tx: Tx, tenantId: string, key: string): Promise<MailRow | null> {
  const row = await tx.billingMail.findFirst({ where: { tenantId, key }, select: { id: true, kind: true, data: true, tenant: { select: { name: true, slug: true } } } });
  return row && { id: row.id, kind: row.kind, data: row.data, workspace: row.tenant.name, slug: row.tenant.slug };
}

/** Ids of the members with one of these roles; of one alone where it is given. */
export async function listMemberIds(tx: Tx, tenantId: string, roles: readonly string[], userId?: string): Promise<string[]> {
  const rows = await tx.member.findMany({ where: { tenantId, role: { in: [...roles] }, ...(userId === undefined ? {} : { userId }) }, select: { userId: true }, orderBy: { userId: "asc" } });
  return rows.map((row) => row.userId);
}
