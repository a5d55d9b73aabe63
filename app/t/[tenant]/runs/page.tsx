import type { Metadata } from "next";
import Link from "next/link";
import { listAddress, readFilters } from "@/app/t/[tenant]/runs/list-filters";
import { RunFilters } from "@/app/t/[tenant]/runs/run-filters";
import { CallSample } from "@/components/runs/call-sample";
import { RunTable } from "@/components/runs/run-table";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Live } from "@/components/ui/live";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { listAgents } from "@/lib/agents/service";
import { publicOrigin } from "@/lib/http/origin";
import { requireTenantPage } from "@/lib/http/page";
import { listKeys } from "@/lib/keys/service";
import { readGlances } from "@/lib/runs/list/glances";
import { isEnded } from "@/lib/runs/schema";
import { listRuns } from "@/lib/runs/service";

export const metadata: Metadata = { title: "Runs" };

/** How often a list with runs under way is brought up to date. */
const LIVE_EVERY_MS = 2_000;

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function RunsPage({ params, searchParams }: Props) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "runs:read");
  const { id: tenantId, slug } = admission.tenant;
  const { filters, query } = readFilters(await searchParams);
  const [runs, agents, keys] = await Promise.all([listRuns(tenantId, query), listAgents(tenantId, { limit: 100 }), allows("keys:read") ? listKeys(tenantId, { limit: 100 }) : null]);
  const glances = await readGlances(tenantId, runs.data.map(({ id }) => id));
  const base = `/t/${slug}`;
  const filtered = Object.keys(filters).length > 0;
  const some = runs.data.length > 0;
  return (
    <>
      <PageHeader title="Runs" description="Every execution of an agent, newest first. Days are days in UTC." />
      {some || filtered || query.cursor ? <RunFilters action={`${base}/runs`} agents={agents.data} keys={keys?.data ?? []} filters={filters} /> : null}
      {runs.data.some((run) => !isEnded(run.status)) ? <Live everyMs={LIVE_EVERY_MS} /> : null}
      {some ? <RunTable base={base} runs={runs.data} caption="Runs of this workspace" glances={glances} namesKeys={allows("keys:read")} /> : <NoRuns base={base} filtered={filtered} further={query.cursor !== undefined} agent={agents.data[0]?.slug} />}
      <Pagination previousHref={query.cursor ? listAddress(base, filters) : undefined} nextHref={runs.next_cursor ? listAddress(base, filters, runs.next_cursor) : undefined} />
    </>
  );
}

function NoRuns({ base, filtered, further, agent }: { base: string; filtered: boolean; further: boolean; agent: string | undefined }) {
  if (filtered || further) {
    return (
      <EmptyState title={further ? "No more runs" : "No runs like this"} action={<Button asChild variant="secondary"><Link href={`${base}/runs`}>Show all runs</Link></Button>}>
        {further ? "This is the end of the list." : "Nothing matches these filters. A period counts from when a run was asked for; a run that another one handed out is no first run."}
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No runs yet" action={<Button asChild variant="primary"><Link href={`${base}/agents`}>Choose an agent</Link></Button>} sample={agent === undefined ? undefined : <CallSample origin={publicOrigin()} agent={agent} />}>
      A run is one execution of an agent on one input. Start one on an agent’s page or through the API; it appears here at once.
    </EmptyState>
  );
}
