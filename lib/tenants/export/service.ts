import { withTenant } from "@/lib/platform/db";
import { reportError } from "@/lib/platform/report-error";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { takeLimits } from "@/lib/limits/limiter";
import { refusalOf } from "@/lib/limits/refusal";
import { streamArchive, type ArchiveFile } from "@/lib/tenants/export/archive";
import { EXPORT_KINDS, NOT_EXPORTED, type ExportKind } from "@/lib/tenants/export/kinds";
import type { ExportRow } from "@/lib/tenants/export/repo";

/** Raised when a reader of the files would have to be changed. */
const FORMAT_VERSION = 1;

/**
 * Everything a workspace owns as a ZIP of JSON Lines, one file a kind, and a `manifest.json` at the end that says what
 * there is. It is read while it is sent: what changes meanwhile may be in it or not.
 * @throws AppError `rate_limited`
 */
export async function exportTenant(actor: Actor, slug: string): Promise<ReadableStream<Uint8Array>> {
  const { tenantId } = actor;
  const refusal = refusalOf(await takeLimits([{ policy: "export", subject: tenantId }]));
  if (refusal) throw refusal;
  await withTenant(tenantId, (tx) => recordAudit(tx, actor, { action: "tenant.exported", targetType: "tenant", targetId: tenantId }));
  const counts = new Map<string, number>();
  const began = new Date();
  const files: ArchiveFile[] = EXPORT_KINDS.map((kind) => ({ name: fileNameOf(kind), read: () => readKind(tenantId, kind, counts) }));
  const manifest = { format: "stint-export", format_version: FORMAT_VERSION, workspace: { id: tenantId, slug }, requested_by: actor.userId, began_at: began.toISOString() };
  files.push({
    name: "manifest.json",
    read: async function* () {
      const listed = EXPORT_KINDS.map((kind) => ({ name: fileNameOf(kind), rows: counts.get(kind.name) ?? 0 }));
      yield Buffer.from(`${JSON.stringify({ ...manifest, ended_at: new Date().toISOString(), files: listed, left_out: NOT_EXPORTED }, null, 2)}\n`);
    },
  });
  return streamArchive(files, (error) => reportError(error, { job: "export", tenant_id: tenantId, request_id: actor.requestId }));
}

function fileNameOf(kind: ExportKind): string {
  return `${kind.name}.jsonl`;
}

/** The rows of a kind as lines, a page at a time, each page in a transaction of its own. */
async function* readKind(tenantId: string, kind: ExportKind, counts: Map<string, number>): AsyncGenerator<Buffer, void> {
  let last: ExportRow | null = null;
  for (;;) {
    const rows: ExportRow[] = await withTenant(tenantId, (tx) => kind.read(tx, tenantId, last, kind.page));
    counts.set(kind.name, (counts.get(kind.name) ?? 0) + rows.length);
    if (rows.length > 0) yield Buffer.from(rows.map(toLine).join(""));
    if (rows.length < kind.page) return;
    last = rows.at(-1) ?? null;
  }
}

/** A row as a line of JSON: times as ISO 8601, numbers as numbers (all are below 2^53), bytes as hex. */
function toLine(row: ExportRow): string {
  const entries = Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value]);
  return `${JSON.stringify(Object.fromEntries(entries))}\n`;
}
