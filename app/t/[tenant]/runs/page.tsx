import type { Metadata } from "next";
import Link from "next/link";
import { RunFilters } from "@/app/t/[tenant]/runs/run-filters";
import { RunTable } from "@/components/runs/run-table";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { listAgents } from "@/lib/agents/service";
import { requireTenantPage } from "@/lib/http/page";
import { runListQuerySchema } from "@/lib/runs/schema";
import { listRuns } from "@/lib/runs/service";

export const metadata: Metadata = { title: "Runs" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function RunsPage({ params, searchParams }: Props) {
  const { admission } = await requireTenantPage((await params).tenant, "runs:read");
  const given = Object.fromEntries(Object.entries(await searchParams).filter(([, value]) => value !== ""));
  const query = runListQuerySchema.catch({ limit: 20 }).parse(given);
  const [runs, agents] = await Promise.all([listRuns(admission.tenant.id, query), listAgents(admission.tenant.id, { limit: 100 })]);
  const base = `/t/${admission.tenant.slug}`;
  const filtered = query.status !== undefined || query.agent !== undefined;
  const filters = new URLSearchParams({ ...(query.status ? { status: query.status } : {}), ...(query.agent ? { agent: query.agent } : {}) });
  const next = new URLSearchParams([...filters, ...(runs.next_cursor ? [["cursor", runs.next_cursor]] : [])]);
  return (
    <>
      <PageHeader title="Runs" description="Every execution of an agent, newest first." />
      {runs.data.length > 0 || filtered || query.cursor ? <RunFilters action={`${base}/runs`} agents={agents.data.map(({ slug, name }) => ({ slug, name }))} status={query.status ?? ""} agent={query.agent ?? ""} /> : null}
      {runs.data.length > 0 ? (
        <>
          <RunTable base={base} runs={runs.data} caption="Runs of this workspace" />
          <Pagination previousHref={query.cursor ? `${base}/runs?${filters}` : undefined} nextHref={runs.next_cursor ? `${base}/runs?${next}` : undefined} />
        </>
      ) : (
        <EmptyState title={filtered ? "No runs like this" : "No runs yet"} action={<Button asChild variant={filtered ? "secondary" : "primary"}><Link href={filtered ? `${base}/runs` : `${base}/agents`}>{filtered ? "Show all runs" : "Choose an agent"}</Link></Button>}>
          {filtered ? "Nothing matches these filters." : "A run is one execution of an agent on one input. Start one on an agent’s page or through the API; it appears here at once."}
        </EmptyState>
      )}
    </>
  );
}
