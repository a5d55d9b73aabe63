import type { AuditRow } from "@/lib/audit/repo";
import type { AuditDto } from "@/lib/audit/schema";

/** An entry as the API, the page and the exports show it. */
export function toAuditDto(row: AuditRow): AuditDto {
  return {
    id: row.id, object: "audit_entry", action: row.action, actor: { type: row.actorType, id: row.actorId }, target: { type: row.targetType, id: row.targetId },
    before: row.before, after: row.after, ip: row.ip, request_id: row.requestId, created_at: row.createdAt.toISOString(),
  };
}
