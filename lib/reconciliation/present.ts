import type { DifferenceRow, SweepRow } from "@/lib/reconciliation/repo";
import type { CheckName, Difference, SweepReport } from "@/lib/reconciliation/schema";

export function toDifference(row: DifferenceRow, tenant: Difference["tenant"]): Difference {
  return {
    tenant,
    // The database's function gives exactly these names; a test has it give each.
    check: row.check_name as CheckName,
    periodStart: row.period_start === null ? null : new Date(row.period_start).toISOString(),
    subject: row.subject, expected: Number(row.expected), found: Number(row.found),
  };
}

export function toSweepReport(row: SweepRow): SweepReport {
  return {
    startedAt: new Date(row.started_at).toISOString(), finishedAt: new Date(row.finished_at).toISOString(), tookMs: row.took_ms, tenants: row.tenants, total: row.differences,
    differences: row.list.map((one) => toDifference(one, one.tenant_id === null ? null : { id: one.tenant_id, slug: one.slug ?? "", name: one.name ?? "" })),
  };
}
