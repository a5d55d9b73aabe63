import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { CancelRun } from "@/app/t/[tenant]/runs/[run]/cancel-run";
import { ContentsDeleted } from "@/app/t/[tenant]/runs/[run]/contents-deleted";
import { LiveOutput } from "@/app/t/[tenant]/runs/[run]/live-output";
import { RunFacts } from "@/components/runs/run-facts";
import { StepList } from "@/components/runs/step-list";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { RunStatusBadge } from "@/components/ui/status";
import { RunStrip } from "@/components/usage/run-strip";
import { AppError } from "@/lib/core/errors";
import { requireTenantPage } from "@/lib/http/page";
import { isEnded } from "@/lib/runs/schema";
import { requireRun } from "@/lib/runs/service";

export const metadata: Metadata = { title: "Run" };

export default async function RunPage({ params }: { params: Promise<{ tenant: string; run: string }> }) {
  const { tenant: slug, run: id } = await params;
  const { admission, allows } = await requireTenantPage(slug, "runs:read");
  const run = await requireRun(admission.tenant.id, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  });
  const base = `/t/${admission.tenant.slug}`;
  const ended = isEnded(run.status);
  const segments = run.steps.map((step) => ({ label: `${step.kind} ${step.name}`, startMs: step.start_ms, endMs: step.end_ms, kind: step.kind }));
  return (
    <>
      <PageHeader
        title={<span className="flex flex-wrap items-center gap-3">Run <RunStatusBadge status={run.status} /></span>}
        description={<>of <Link href={`${base}/agents/${run.agent_id}`} className="text-accent-ink underline underline-offset-4">{run.agent}</Link>, <span className="font-mono break-all">{run.id}</span></>}
        back={{ href: `${base}/runs`, label: "Runs" }}
        action={!ended && allows("runs:write") ? <CancelRun tenant={admission.tenant.slug} run={run.id} /> : undefined}
      />
      <div className="grid grid-cols-1 gap-8">
        {run.error ? <Notice tone={run.status === "failed" ? "bad" : "warn"} title={run.error.code}>{run.error.message}</Notice> : null}
        {segments.length > 0 ? <RunStrip totalMs={Math.max(run.usage.agent_ms, ...segments.map((one) => one.endMs))} segments={segments} /> : null}
        <RunFacts run={run} />
        {run.content_deleted_at ? <ContentsDeleted deletedAt={run.content_deleted_at} finishedAt={run.finished_at ?? run.created_at} /> : (
          <Card>
            <CardHeader title="Output" />
            <CardBody>
              {ended ? <CodeBlock plain code={run.output ?? ""} title={run.output ? undefined : "The run ended without an output."} /> : <LiveOutput tenant={admission.tenant.slug} run={run.id} />}
            </CardBody>
          </Card>
        )}
        <StepList steps={run.steps} />
        {run.content_deleted_at ? null : (
          <Card>
            <CardHeader title="Input" />
            <CardBody><CodeBlock plain code={run.input} className="max-h-96 overflow-y-auto" /></CardBody>
          </Card>
        )}
      </div>
    </>
  );
}
