import type { AuditEntry, Prisma } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";
import type { AuditFilter } from "@/lib/audit/schema";

export type AuditRow = AuditEntry;

/** Appends one row to the audit log. The application's role can add rows and read them, nothing else. */
export async function insertAuditRow(tx: Tx, row: Prisma.AuditEntryUncheckedCreateInput): Promise<void> {
  await tx.auditEntry.createMany({ data: [row] });
}

/** Newest first, at most `most`, below `cursor` where it is given. */
export function listAuditRows(tx: Tx, tenantId: string, filter: AuditFilter, cursor: string | undefined, most: number): Promise<AuditRow[]> {
  const { action, actor, target, from, to } = filter;
  const where = {
    tenantId,
    ...(cursor ? { id: { lt: cursor } } : {}),
    ...(action ? { action: action.endsWith("*") ? { startsWith: action.slice(0, -1) } : action } : {}),
    ...(actor ? { actorId: actor } : {}),
    ...(target ? { targetId: target } : {}),
    ...(from || to ? { createdAt: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
  } satisfies Prisma.AuditEntryWhereInput;
  return tx.auditEntry.findMany({ where, orderBy: { id: "desc" }, take: most });
}

/**
 * What things and people of a tenant are called now, of those among `ids` that still are. A person's name is told only where
 * the person stands in the tenant's own log.
 */
export async function findNameRows(tx: Tx, tenantId: string, ids: string[]): Promise<{ id: string; name: string }[]> {
  return tx.$queryRaw`
    SELECT id, name FROM api_key WHERE tenant_id = ${tenantId} AND id = ANY (${ids})
    UNION ALL SELECT id, name FROM agent WHERE tenant_id = ${tenantId} AND id = ANY (${ids})
    UNION ALL SELECT id, name FROM tool WHERE tenant_id = ${tenantId} AND id = ANY (${ids})
    UNION ALL SELECT id, label FROM model_key WHERE tenant_id = ${tenantId} AND id = ANY (${ids})
    UNION ALL SELECT id, url FROM webhook_endpoint WHERE tenant_id = ${tenantId} AND id = ANY (${ids})
    UNION ALL SELECT id, email FROM invitation WHERE tenant_id = ${tenantId} AND id = ANY (${ids})
    UNION ALL SELECT id, name FROM tenant WHERE id = ${tenantId} AND id = ANY (${ids})
    UNION ALL SELECT u.id, u.name FROM user_account u WHERE u.id = ANY (${ids}) AND NOT u.is_staff AND EXISTS (
      SELECT 1 FROM audit_log a WHERE a.tenant_id = ${tenantId} AND (a.actor_id = u.id OR a.target_id = u.id))`;
}

/** Seals what is new in every tenant's log; returns how many rows. */
export async function sealAuditRows(): Promise<number> {
  const rows = await callFunction<{ sealed: number }>("seal_audit", "SELECT seal_audit() AS sealed", []);
  return rows[0]?.sealed ?? 0;
}
