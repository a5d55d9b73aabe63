import type { Metadata } from "next";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { Time } from "@/components/ui/time";
import { listAgents } from "@/lib/agents/service";
import { pageQuerySchema } from "@/lib/core/pagination";
import { requireTenantPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Agents" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function AgentsPage({ params, searchParams }: Props) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "agents:read");
  const page = pageQuerySchema.catch({ limit: 20 }).parse(await searchParams);
  const agents = await listAgents(admission.tenant.id, page);
  const base = `/t/${admission.tenant.slug}/agents`;
  const create = allows("agents:write") ? <Button asChild variant="primary"><Link href={`${base}/new`}>New agent</Link></Button> : undefined;
  return (
    <>
      <PageHeader title="Agents" description="Named configurations that your programs run by their slug." action={agents.data.length > 0 ? create : undefined} />
      {agents.data.length === 0 ? (
        <EmptyState title="No agents yet" action={create}>
          An agent is a model with instructions under a name. Your program sends it a text and gets its answer, metered by the minute.
        </EmptyState>
      ) : (
        <>
          <DataTable
            caption="Agents of this workspace"
            rows={agents.data}
            rowKey={(agent) => agent.id}
            rowHref={(agent) => `${base}/${agent.slug}`}
            columns={[
              { id: "name", header: "Name", primary: true, cell: (agent) => agent.name },
              { id: "slug", header: "Slug", cell: (agent) => <span className="font-mono">{agent.slug}</span> },
              { id: "model", header: "Model", cell: (agent) => <span className="font-mono">{agent.model}</span> },
              { id: "created", header: "Created", align: "right", cell: (agent) => <Time at={agent.created_at} /> },
            ]}
          />
          <Pagination previousHref={page.cursor ? base : undefined} nextHref={agents.next_cursor ? `${base}?cursor=${agents.next_cursor}` : undefined} />
        </>
      )}
    </>
  );
}
