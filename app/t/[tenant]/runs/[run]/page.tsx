import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { CancelRun } from "@/app/t/[tenant]/runs/[run]/cancel-run";
import { ContentsDeleted } from "@/app/t/[tenant]/runs/[run]/contents-deleted";
import { DeleteContents } from "@/app/t/[tenant]/runs/[run]/delete-contents";
import { LiveRun } from "@/app/t/[tenant]/runs/[run]/live-run";
import { RelatedRuns } from "@/app/t/[tenant]/runs/[run]/related-runs";
import { RunCourse } from "@/app/t/[tenant]/runs/[run]/run-course";
import { RunDeeds } from "@/app/t/[tenant]/runs/[run]/run-deeds";
import { RunFacts } from "@/components/runs/run-facts";
import { addEvent, EMPTY_TIMELINE, mergeSteps } from "@/components/runs/timeline";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { RunStatusBadge } from "@/components/ui/status";
import { AppError } from "@/lib/core/errors";
import { publicOrigin } from "@/lib/http/origin";
import { requireTenantPage } from "@/lib/http/page";
import { isEnded } from "@/lib/runs/schema";
import { listDescendants, readMilestones, readThread, requireRun } from "@/lib/runs/service";

export const metadata: Metadata = { title: "Run" };

type Props = { params: Promise<{ tenant: string; run: string }>; searchParams: Promise<Record<string, string | string[]>> };

export default async function RunPage({ params, searchParams }: Props) {
  const { tenant: slug, run: id } = await params;
  const { admission, allows } = await requireTenantPage(slug, "runs:read");
  const { id: tenantId, slug: tenant } = admission.tenant;
  const run = await requireRun(tenantId, id).catch(missing);
  const ended = isEnded(run.status);
  const kept = run.content_deleted_at === null;
  const [below, { earlier, later }, milestones] = await Promise.all([listDescendants(tenantId, run.id), readThread(tenantId, run), ended ? readMilestones(tenantId, run.id) : []]);
  const told = milestones.reduce(addEvent, EMPTY_TIMELINE);
  const base = `/t/${tenant}`;
  const mayRun = allows("runs:write");
  const rerun = (await searchParams).rerun !== undefined;
  return (
    <>
      <PageHeader
        title={<span className="flex flex-wrap items-center gap-3">Run <RunStatusBadge status={run.status} /></span>}
        description={<>of <Link href={`${base}/agents/${run.agent_id}`} className="text-accent-ink underline underline-offset-4">{run.agent}</Link>, <Link href={`${base}/agents/${run.agent}/versions`} className="text-accent-ink underline underline-offset-4">version {run.agent_version}</Link>, <span className="font-mono break-all">{run.id}</span></>}
        back={{ href: `${base}/runs`, label: "Runs" }}
        action={!mayRun ? undefined : !ended ? <CancelRun tenant={tenant} run={run.id} /> : kept ? (
          <>
            {rerun ? null : <Button asChild><Link href={`${base}/runs/${run.id}?rerun=true#run-again`}>Run again</Link></Button>}
            <DeleteContents tenant={tenant} run={run.id} />
          </>
        ) : undefined}
      />
      <div className="grid grid-cols-1 gap-8">
        {run.error ? <Notice tone={run.status === "failed" ? "bad" : "warn"} title={run.error.code}>{run.error.message}</Notice> : null}
        <RunFacts run={run} />
        {kept ? null : <ContentsDeleted deletedAt={run.content_deleted_at ?? ""} />}
        {!ended ? <LiveRun tenant={tenant} run={run} /> : (
          <>
            {kept ? <Card><CardHeader title="Output" /><CardBody><CodeBlock plain code={run.output ?? ""} title={run.output ? undefined : "The run ended without an output."} /></CardBody></Card> : null}
            <RunCourse base={base} steps={mergeSteps(run.steps, told.steps)} executedMs={run.usage.agent_ms} live={false} requeues={told.requeues} />
          </>
        )}
        {kept ? <Card><CardHeader title="Input" /><CardBody><CodeBlock plain code={run.input} className="max-h-96 overflow-y-auto" /></CardBody></Card> : null}
        <RelatedRuns base={base} run={run} below={below} earlier={earlier} later={later} />
        <RunDeeds tenant={tenant} run={run} origin={publicOrigin()} startable={mayRun && kept} rerun={rerun} />
      </div>
    </>
  );
}

function missing(error: unknown): never {
  if (error instanceof AppError && error.code === "not_found") notFound();
  throw error;
}
