import type { AuditDto } from "@/lib/audit/schema";

export const CSV_HEAD = "id,created_at,action,actor_type,actor_id,target_type,target_id,ip,request_id,before,after\r\n";

/** One entry as a line of CSV (RFC 4180). */
export function toCsvLine(entry: AuditDto): string {
  const fields = [
    entry.id, entry.created_at, entry.action, entry.actor.type, entry.actor.id, entry.target.type, entry.target.id, entry.ip ?? "", entry.request_id ?? "",
    toText(entry.before), toText(entry.after),
  ];
  return `${fields.map(quote).join(",")}\r\n`;
}

function toText(value: unknown): string {
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

function quote(text: string): string {
  // A spreadsheet runs a cell that begins like this as a formula; names in here are chosen by customers.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
