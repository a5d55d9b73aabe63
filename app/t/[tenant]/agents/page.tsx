import type { Metadata } from "next";
import Link from "next/link";
import { AgentTable } from "@/app/t/[tenant]/agents/agent-table";
import { NoRoomNotice } from "@/app/t/[tenant]/read-only";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { ViewSwitch } from "@/components/ui/view-switch";
import { readAgentActivity } from "@/lib/agents/activity";
import { agentListQuerySchema } from "@/lib/agents/schema";
import { listAgents } from "@/lib/agents/service";
import { sellsPlans } from "@/lib/billing/service";
import { requireTenantPage } from "@/lib/http/page";

export const metadata: Metadata = { title: "Agents" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function AgentsPage({ params, searchParams }: Props) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "agents:read");
  const query = agentListQuerySchema.catch({ limit: 20, archived: false }).parse(await searchParams);
  const agents = await listAgents(admission.tenant.id, query);
  const activity = await readAgentActivity(admission.tenant.id, agents.data.map(({ id }) => id), admission.period.start);
  const base = `/t/${admission.tenant.slug}/agents`;
  const here = query.archived ? `${base}?archived=true` : base;
  const create = allows("agents:write") ? <Button asChild variant="primary"><Link href={`${base}/new`}>New agent</Link></Button> : undefined;
  const limit = admission.limits.agents;
  const readOnly = agents.data.filter((agent) => agent.read_only).length;
  const empty = agents.data.length === 0;
  return (
    <>
      <PageHeader title="Agents" description="Named configurations that your programs run by their slug." action={empty && !query.archived ? undefined : create} />
      <div className="mb-6 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <ViewSwitch label="Which agents" look="tabs" options={[{ label: "In use", href: base, current: !query.archived }, { label: "Archived", href: `${base}?archived=true`, current: query.archived }]} />
        <Link href={`${base}/model-keys`} className="text-sm text-muted underline underline-offset-4 hover:text-ink">Model keys</Link>
      </div>
      {readOnly > 0 ? (
        <NoRoomNotice
          className="mb-6" title={`The plan has room for ${limit === 1 ? "1 agent" : `${limit} agents`}`} why="The oldest ones are in use; the others can be read and archived, and nothing starts or changes them."
          instead="Archive one that you do not need, and the next comes into use" room={{ sold: sellsPlans(), billingHref: allows("billing:write") ? `/t/${admission.tenant.slug}/billing` : null }}
        />
      ) : null}
      {empty ? <NoAgents archived={query.archived} create={create} /> : null}
      {empty ? null : <AgentTable tenant={admission.tenant.slug} agents={agents.data} activity={activity} mayRestore={allows("agents:write")} />}
      <Pagination previousHref={query.cursor ? here : undefined} nextHref={agents.next_cursor ? `${here}${query.archived ? "&" : "?"}cursor=${agents.next_cursor}` : undefined} />
    </>
  );
}

function NoAgents({ archived, create }: { archived: boolean; create: React.ReactNode }) {
  if (archived) return <EmptyState title="No archived agents">An agent that you archive is kept here with its runs and versions, and can be restored while its slug is free.</EmptyState>;
  return (
    <EmptyState title="No agents yet" action={create}>
      An agent is a model with instructions under a name. Your program sends it a text and gets its answer, metered by the minute.
    </EmptyState>
  );
}
