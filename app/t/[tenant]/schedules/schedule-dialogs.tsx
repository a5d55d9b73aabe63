"use client";

import { ScheduleForm, type AgentChoice } from "@/app/t/[tenant]/schedules/schedule-form";
import { Button } from "@/components/ui/button";
import { FormDialog } from "@/components/ui/form-dialog";
import type { ScheduleDto } from "@/lib/schedules/schema";

/** Makes a schedule in a dialog. */
export function CreateSchedule({ tenant, agents }: { tenant: string; agents: AgentChoice[] }) {
  return (
    <FormDialog trigger={<Button variant="primary">New schedule</Button>} title="New schedule" description="Starts a run of an agent again and again, in your name.">
      {(turn, close) => <ScheduleForm key={turn} tenant={tenant} agents={agents} onDone={close} />}
    </FormDialog>
  );
}

/** Changes a schedule in a dialog. */
export function EditSchedule({ tenant, agents, of }: { tenant: string; agents: AgentChoice[]; of: ScheduleDto }) {
  return (
    <FormDialog trigger={<Button variant="ghost" size="sm">Edit</Button>} title="Edit the schedule" description="Runs under way go on as they are.">
      {(turn, close) => <ScheduleForm key={turn} tenant={tenant} agents={agents} of={of} onDone={close} />}
    </FormDialog>
  );
}
