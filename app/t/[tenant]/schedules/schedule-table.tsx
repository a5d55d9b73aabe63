import Link from "next/link";
import { DeleteSchedule, PauseSchedule } from "@/app/t/[tenant]/schedules/schedule-deeds";
import { EditSchedule } from "@/app/t/[tenant]/schedules/schedule-dialogs";
import type { AgentChoice } from "@/app/t/[tenant]/schedules/schedule-form";
import { zonedTime } from "@/app/t/[tenant]/schedules/zoned-time";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { ScheduleDto } from "@/lib/schedules/schema";

type ScheduleTableProps = { tenant: string; schedules: ScheduleDto[]; agents: AgentChoice[]; mayWrite: boolean };

/** The schedules of a workspace: what each starts, when next and how it went last. */
export function ScheduleTable({ tenant, schedules, agents, mayWrite }: ScheduleTableProps) {
  return (
    <DataTable
      caption="Schedules of this workspace"
      rows={schedules}
      rowKey={(schedule) => schedule.id}
      columns={[
        { id: "agent", header: "Agent", primary: true, className: "@2xl:py-2", cell: (schedule) => <span className="grid min-w-0 gap-0.5">{schedule.agent}<span className="max-w-48 truncate text-xs text-muted" title={schedule.input.slice(0, 300)}>{schedule.input.slice(0, 80)}</span></span> },
        { id: "cron", header: "When", className: "@2xl:py-2", cell: (schedule) => <span className="grid gap-0.5"><span className="font-mono">{schedule.cron}</span><span className="text-xs text-muted">{schedule.time_zone.replaceAll("_", " ")}</span></span> },
        { id: "next", header: "Next", className: "@2xl:py-2", cell: (schedule) => <NextTime of={schedule} /> },
        { id: "last", header: "Last", className: "@2xl:py-2", cell: (schedule) => <LastTime tenant={tenant} of={schedule} /> },
        { id: "deeds", header: "", align: "right", cell: (schedule) => (mayWrite ? (
          <span className="inline-flex flex-wrap justify-end">
            <PauseSchedule tenant={tenant} id={schedule.id} enabled={schedule.enabled} />
            <EditSchedule tenant={tenant} agents={agents} of={schedule} />
            <DeleteSchedule tenant={tenant} id={schedule.id} agent={schedule.agent} />
          </span>
        ) : null) },
      ]}
    />
  );
}

/** In the reader's zone, and in the schedule's own. */
function NextTime({ of }: { of: ScheduleDto }) {
  if (of.next_run_at === null) return <Badge tone="neutral">Paused</Badge>;
  return (
    <span className="grid gap-0.5">
      <Time at={of.next_run_at} look="absolute" />
      <span className="text-xs text-muted">{zonedTime(of.next_run_at, of.time_zone)} in {of.time_zone.replaceAll("_", " ")}</span>
    </span>
  );
}

function LastTime({ tenant, of }: { tenant: string; of: ScheduleDto }) {
  return (
    <span className="grid max-w-72 gap-0.5">
      {of.last_run_id === null || of.last_run_at === null ? <span className="text-muted">no run yet</span> : (
        <Link href={`/t/${tenant}/runs/${of.last_run_id}`} className="text-accent-ink underline underline-offset-4"><Time at={of.last_run_at} /></Link>
      )}
      {of.failure === null ? null : <span className="text-xs text-bad">Started nothing <Time at={of.failure.at} />: {of.failure.message}</span>}
    </span>
  );
}
