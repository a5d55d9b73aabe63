import type { Metadata } from "next";
import Link from "next/link";
import { AuditFilters } from "@/app/t/[tenant]/audit/audit-filters";
import { AuditTable } from "@/app/t/[tenant]/audit/audit-table";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { auditListQuerySchema } from "@/lib/audit/schema";
import { listAudit, nameAudited } from "@/lib/audit/service";
import { requireTenantPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Audit log" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function AuditPage({ params, searchParams }: Props) {
  const { admission } = await requireTenantPage((await params).tenant, "audit:read");
  const given = Object.fromEntries(Object.entries(await searchParams).filter(([, value]) => value !== ""));
  const query = auditListQuerySchema.catch({ limit: 20 }).parse(given);
  const entries = await listAudit(admission.tenant.id, query);
  const names = await nameAudited(admission.tenant.id, entries.data);
  const { slug } = admission.tenant;
  const base = `/t/${slug}/audit`;
  const values = {
    action: query.action ?? "", actor: query.actor ?? "", target: query.target ?? "",
    from: query.from?.toISOString().slice(0, 10) ?? "", to: query.to?.toISOString().slice(0, 10) ?? "",
  };
  const filters = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
  const filtered = filters.size > 0;
  const next = new URLSearchParams([...filters, ["cursor", entries.next_cursor ?? ""]]);
  const exportHref = (format: string): string => `/api/v1/audit/export?${new URLSearchParams([["tenant", slug], ["format", format], ...filters])}`;
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Who changed what, newest first. Entries are only ever added; each is sealed into a chain soon after."
        action={
          <span className="flex gap-2">
            <Button asChild><a href={exportHref("csv")} download>Export CSV</a></Button>
            <Button asChild><a href={exportHref("json")} download>Export JSON</a></Button>
          </span>
        }
      />
      <AuditFilters action={base} values={values} />
      {entries.data.length > 0 ? (
        <>
          <AuditTable entries={entries.data} names={names} />
          <Pagination previousHref={query.cursor ? `${base}?${filters}` : undefined} nextHref={entries.next_cursor ? `${base}?${next}` : undefined} />
        </>
      ) : (
        <EmptyState title={filtered ? "No entries like this" : "No entries yet"} action={filtered ? <Button asChild variant="secondary"><Link href={base}>Show all entries</Link></Button> : undefined}>
          {filtered ? "Nothing matches these filters." : "Whatever somebody changes in this workspace is recorded here, with who did it and from where."}
        </EmptyState>
      )}
    </>
  );
}
