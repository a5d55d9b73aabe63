import type { Metadata } from "next";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { Time } from "@/components/ui/time";
import { listTenantOverviews } from "@/lib/admin/service";
import { requirePlan } from "@/lib/billing/service";
import { formatCount, formatMinutesOf, formatMoneyMicros } from "@/lib/core/format";
import { pageQuerySchema } from "@/lib/core/pagination";
import { requireStaffPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Tenants" };

export default async function AdminPage({ searchParams }: { searchParams: Promise<Record<string, string | string[]>> }) {
  const { user } = await requireStaffPage();
  const page = pageQuerySchema.catch({ limit: 50 }).parse({ limit: 50, ...(await searchParams) });
  const tenants = await listTenantOverviews(user.id, page);
  const number = (text: string, exact: string) => <span className="font-mono tabular-nums" title={exact}>{text}</span>;
  return (
    <>
      <PageHeader title="Tenants" description="Every workspace with the usage of its current period, newest first." />
      <DataTable
        caption="Tenants"
        rows={tenants.data}
        rowKey={(tenant) => tenant.id}
        rowHref={(tenant) => `/admin/tenants/${tenant.slug}`}
        columns={[
          { id: "name", header: "Workspace", primary: true, cell: (tenant) => <>{tenant.name} <span className="font-mono text-xs text-muted">{tenant.slug}</span></> },
          { id: "plan", header: "Plan", cell: (tenant) => <span className="inline-flex gap-1"><Badge>{requirePlan(tenant.planId).name}</Badge>{tenant.pausedAt ? <Badge tone="warn">Paused</Badge> : null}</span> },
          { id: "minutes", header: "Agent-minutes", align: "right", cell: (tenant) => number(`${formatMinutesOf(tenant.usedMs)} of ${formatMinutesOf(tenant.capMs)}`, `${tenant.usedMs} ms`) },
          { id: "calls", header: "API calls", align: "right", cell: (tenant) => number(formatCount(tenant.calls), `of ${tenant.capCalls}`) },
          { id: "spend", header: "Model spend", align: "right", cell: (tenant) => number(formatMoneyMicros(tenant.usedMicros), `${tenant.usedMicros} micro-dollars`) },
          { id: "members", header: "Members", align: "right", cell: (tenant) => number(formatCount(tenant.members), `${tenant.members}`) },
          { id: "active", header: "Last activity", align: "right", cell: (tenant) => (tenant.lastActivityAt ? <Time at={tenant.lastActivityAt} /> : "none") },
          { id: "since", header: "Since", align: "right", cell: (tenant) => <Time at={tenant.createdAt} /> },
        ]}
      />
      <Pagination previousHref={page.cursor ? "/admin" : undefined} nextHref={tenants.next_cursor ? `/admin?cursor=${tenants.next_cursor}` : undefined} />
    </>
  );
}
