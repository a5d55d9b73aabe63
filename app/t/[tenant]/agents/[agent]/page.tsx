import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { RunPanel } from "@/app/t/[tenant]/agents/[agent]/run-panel";
import { CallSample } from "@/components/runs/call-sample";
import { RunTable } from "@/components/runs/run-table";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { requireAgent } from "@/lib/agents/service";
import { AppError } from "@/lib/core/errors";
import { publicOrigin } from "@/lib/http/origin";
import { requireTenantPage } from "@/lib/http/page";
import { listRuns } from "@/lib/runs/service";

export const metadata: Metadata = { title: "Agent" };

export default async function AgentPage({ params }: { params: Promise<{ tenant: string; agent: string }> }) {
  const { tenant: slug, agent: agentSlug } = await params;
  const { admission, allows } = await requireTenantPage(slug, "agents:read");
  const agent = await requireAgent(admission.tenant.id, agentSlug).catch(missing);
  const runs = await listRuns(admission.tenant.id, { limit: 8, agent: agent.id });
  const base = `/t/${admission.tenant.slug}`;
  return (
    <>
      <PageHeader
        title={agent.name} back={{ href: `${base}/agents`, label: "Agents" }}
        description={<><span className="font-mono">{agent.slug}</span> on <span className="font-mono">{agent.model}</span></>}
      />
      <div className="grid grid-cols-1 gap-8">
        {allows("runs:write") ? <RunPanel tenant={admission.tenant.slug} agent={agent.slug} /> : null}
        <Card>
          <CardHeader title="Instructions" />
          <CardBody><p className="whitespace-pre-wrap">{agent.instructions}</p></CardBody>
        </Card>
        <section aria-labelledby="call" className="grid grid-cols-1 gap-4">
          <h2 id="call" className="text-base font-semibold">Call it from your program</h2>
          <CallSample origin={publicOrigin()} agent={agent.slug} />
        </section>
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
