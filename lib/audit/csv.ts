import { toCsvLine } from "@/lib/core/csv";
import type { AuditDto } from "@/lib/audit/schema";

export const CSV_HEAD = "id,created_at,action,actor_type,actor_id,target_type,target_id,ip,request_id,before,after\r\n";

/** One entry as a line of CSV. */
export function toAuditCsvLine(entry: AuditDto): string {
  return toCsvLine([
    entry.id, entry.created_at, entry.action, entry.actor.type, entry.actor.id, entry.target.type, entry.target.id, entry.ip ?? "", entry.request_id ?? "",
    toText(entry.before), toText(entry.after),
  ]);
}

function toText(value: unknown): string {
  return value === null || value === undefined ? "" : JSON.stringify(value);
}
