import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { agentPath } from "@/app/t/[tenant]/agents/agent-path";
import { readAgentChoices } from "@/app/t/[tenant]/agents/choices";
import { RestoreAgent } from "@/app/t/[tenant]/agents/restore-agent";
import { AgentWorkbench } from "@/app/t/[tenant]/agents/[agent]/agent-workbench";
import { ArchiveAgent } from "@/app/t/[tenant]/agents/[agent]/archive-agent";
import { NoRoomNotice } from "@/app/t/[tenant]/read-only";
import { CallSample } from "@/components/runs/call-sample";
import { RunTable } from "@/components/runs/run-table";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { Time } from "@/components/ui/time";
import { toFormValues } from "@/lib/agents/form";
import { requireAgent } from "@/lib/agents/service";
import { sellsPlans } from "@/lib/billing/service";
import { AppError } from "@/lib/core/errors";
import { publicOrigin } from "@/lib/http/origin";
import { requireTenantPage } from "@/lib/http/page";
import { listRuns } from "@/lib/runs/service";

export const metadata: Metadata = { title: "Agent" };

export default async function AgentPage({ params }: { params: Promise<{ tenant: string; agent: string }> }) {
  const { tenant: slug, agent: named } = await params;
  const { admission, allows } = await requireTenantPage(slug, "agents:read");
  const agent = await requireAgent(admission.tenant.id, named).catch(missing);
  const [runs, choices] = await Promise.all([listRuns(admission.tenant.id, { limit: 8, agent: agent.id }), readAgentChoices(admission.tenant.id, agent.id)]);
  const tenant = admission.tenant.slug;
  const base = `/t/${tenant}`;
  const path = agentPath(tenant, agent);
  const mayWrite = allows("agents:write");
  const usable = !agent.archived_at && !agent.read_only;
  return (
    <>
      <PageHeader
        title={agent.name} back={{ href: `${base}/agents`, label: "Agents" }}
        description={<><span className="font-mono">{agent.slug}</span> on <span className="font-mono">{agent.model}</span>, version {agent.version}, saved <Time at={agent.updated_at} /></>}
        action={
          <>
            <Button asChild><Link href={`${path}/versions`}>Versions</Link></Button>
            {mayWrite && !agent.archived_at ? <ArchiveAgent tenant={tenant} id={agent.id} name={agent.name} slug={agent.slug} /> : null}
          </>
        }
      />
      <div className="grid grid-cols-1 gap-8">
        {agent.archived_at ? (
          <Notice tone="warn" title="This agent is archived." action={mayWrite ? <RestoreAgent tenant={tenant} id={agent.id} name={agent.name} /> : undefined}>
            Since <Time at={agent.archived_at} /> nothing starts it. Its runs and versions stay.
          </Notice>
        ) : null}
        {agent.read_only ? (
          <NoRoomNotice
            title="This agent is read-only." why="The plan has room for fewer agents than there are, and the oldest ones are in use. Nothing starts or changes this one; its runs and versions stay."
            instead="Archive an older agent, and this one comes into use" room={{ sold: sellsPlans(), billingHref: allows("billing:write") ? `${base}/billing` : null }}
          />
        ) : null}
        <AgentWorkbench
          key={agent.id} tenant={tenant} origin={publicOrigin()} agent={{ id: agent.id, slug: agent.slug, path }} choices={choices}
          newest={{ version: agent.version, values: toFormValues(agent.name, agent) }} editable={mayWrite && usable} runnable={allows("runs:write") && usable}
        />
        {usable ? (
          <section aria-labelledby="call" className="grid grid-cols-1 gap-4">
            <h2 id="call" className="text-base font-semibold">Call it from your program</h2>
            <CallSample origin={publicOrigin()} agent={agent.slug} />
          </section>
        ) : null}
        {runs.data.length > 0 ? (
          <section aria-labelledby="runs" className="grid grid-cols-1 gap-4">
            <h2 id="runs" className="text-base font-semibold">Latest runs</h2>
            <RunTable base={base} runs={runs.data} caption={`The latest runs of ${agent.name}`} />
          </section>
        ) : null}
      </div>
    </>
  );
}

function missing(error: unknown): never {
  if (error instanceof AppError && error.code === "not_found") notFound();
  throw error;
}
