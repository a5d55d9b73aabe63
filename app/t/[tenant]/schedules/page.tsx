import type { Metadata } from "next";
import Link from "next/link";
import { CreateSchedule } from "@/app/t/[tenant]/schedules/schedule-dialogs";
import { ScheduleTable } from "@/app/t/[tenant]/schedules/schedule-table";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { listDelegateChoices } from "@/lib/agents/service";
import { publicOrigin } from "@/lib/http/origin";
import { requireTenantPage } from "@/lib/http/page";
import { MAX_SCHEDULES } from "@/lib/schedules/schema";
import { listSchedules } from "@/lib/schedules/service";

export const metadata: Metadata = { title: "Schedules" };

export default async function SchedulesPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "runs:read");
  const { id: tenantId, slug } = admission.tenant;
  const [schedules, agents] = await Promise.all([listSchedules(tenantId, { limit: 100 }), listDelegateChoices(tenantId)]);
  const mayWrite = allows("runs:write");
  const create = !mayWrite ? undefined : agents.length > 0 ? <CreateSchedule tenant={slug} agents={agents} /> : <Button asChild variant="primary"><Link href={`/t/${slug}/agents/new`}>New agent</Link></Button>;
  const some = schedules.data.length > 0;
  return (
    <>
      <PageHeader title="Schedules" description={`Runs that start by the clock. Up to ${MAX_SCHEDULES} in a workspace.`} action={some ? create : undefined} />
      {some ? <ScheduleTable tenant={slug} schedules={schedules.data} agents={agents} mayWrite={mayWrite} /> : (
        <EmptyState title="No schedules yet" action={create} sample={<CodeBlock title="curl" code={sampleOf(publicOrigin(), agents[0]?.slug ?? "summarise")} />}>
          A schedule gives an agent the same input again and again, by a cron expression on the clocks of a time zone. Its runs count like any other, and stop at the same caps.
        </EmptyState>
      )}
    </>
  );
}

function sampleOf(origin: string, agent: string): string {
  return `curl ${origin}/api/v1/schedules \\
  -H "Authorization: Bearer $STINT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"agent": "${agent}", "input": "Your text.",
       "cron": "0 9 * * MON-FRI", "time_zone": "Europe/Berlin"}'`;
}
