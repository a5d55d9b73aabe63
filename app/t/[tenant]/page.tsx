import type { Metadata } from "next";
import Link from "next/link";
import { FirstSteps } from "@/app/t/[tenant]/first-steps";
import { UsageNotices } from "@/app/t/[tenant]/usage-notices";
import { WebhookNotices } from "@/app/t/[tenant]/webhooks/webhook-notices";
import { RunTable } from "@/components/runs/run-table";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { gaugesOf } from "@/components/usage/gauges-of";
import { LiveCaps } from "@/components/usage/live-caps";
import { listAgents } from "@/lib/agents/service";
import { requireTenantPage } from "@/lib/http/page";
import { listKeys } from "@/lib/keys/service";
import { countRunsUnderWay, listRuns } from "@/lib/runs/service";
import { toLiveUsage } from "@/lib/usage/live";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { admission, allows } = await requireTenantPage((await params).tenant);
  const { tenant, usage } = admission;
  const [agents, keys, runs, underWay] = await Promise.all([
    listAgents(tenant.id, { limit: 1 }),
    allows("keys:read") ? listKeys(tenant.id, { limit: 1 }) : null,
    listRuns(tenant.id, { limit: 8 }),
    countRunsUnderWay(tenant.id),
  ]);
  const base = `/t/${tenant.slug}`;
  const agent = agents.data[0];
  const called = usage.calls > 0;
  const started = agent !== undefined && runs.data.length > 0 && called;
  return (
    <>
      <PageHeader title="Overview" action={started && allows("runs:write") ? <Button asChild variant="primary"><Link href={`${base}/agents/${agent.slug}`}>Run an agent</Link></Button> : undefined} />
      <UsageNotices by={admission} mayDismiss={allows("caps:write")} />
      {allows("webhooks:read") ? <WebhookNotices tenant={tenant} /> : null}
      {started ? null : (
        <FirstSteps base={base} agentSlug={agent?.slug ?? null} hasKey={(keys?.data.length ?? 0) > 0} hasRun={runs.data.length > 0} hasCalled={called} />
      )}
      <LiveCaps tenant={tenant.slug} title="This period" description="What is used of what the plan includes. Work stops at the cap." gauges={gaugesOf(admission)} drawn={toLiveUsage(admission, underWay)} />
      {runs.data.length > 0 ? (
        <section aria-labelledby="recent" className="grid grid-cols-1 gap-4">
          <div className="flex items-baseline justify-between">
            <h2 id="recent" className="text-base font-semibold">Recent runs</h2>
            <Link href={`${base}/runs`} className="text-accent-ink underline underline-offset-4">All runs</Link>
          </div>
          <RunTable base={base} runs={runs.data} caption="The latest runs of this workspace" />
        </section>
      ) : null}
    </>
  );
}
