import { withTenant } from "@/lib/platform/db";
import { listAuditRows } from "@/lib/audit/repo";
import { toAuditDto } from "@/lib/audit/present";
import type { AuditDto, AuditFilter } from "@/lib/audit/schema";
import { CSV_HEAD, toAuditCsvLine } from "@/lib/audit/csv";

export type ExportFormat = "csv" | "json";
const PAGE = 500;

/** Everything of the log that the filter keeps, newest first, read page by page as the receiver takes it. */
export function exportAudit(tenantId: string, filter: AuditFilter, format: ExportFormat): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const parts = writeParts(tenantId, filter, format);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

async function* writeParts(tenantId: string, filter: AuditFilter, format: ExportFormat): AsyncGenerator<string, void> {
  yield format === "csv" ? CSV_HEAD : "[";
  let first = true;
  for await (const page of readPages(tenantId, filter)) {
    if (format === "csv") yield page.map(toAuditCsvLine).join("");
    else yield `${first ? "\n" : ",\n"}${page.map((entry) => JSON.stringify(entry)).join(",\n")}`;
    first = false;
  }
  if (format === "json") yield "\n]\n";
}

async function* readPages(tenantId: string, filter: AuditFilter): AsyncGenerator<AuditDto[], void> {
  let cursor: string | undefined;
  for (;;) {
    const rows = await withTenant(tenantId, (tx) => listAuditRows(tx, tenantId, filter, cursor, PAGE));
    if (rows.length > 0) yield rows.map(toAuditDto);
    if (rows.length < PAGE) return;
    cursor = rows.at(-1)?.id;
  }
}
