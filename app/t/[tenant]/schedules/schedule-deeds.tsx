"use client";

import { useActionState } from "react";
import { deleteScheduleAction, pauseScheduleAction } from "@/app/t/[tenant]/schedules/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";

/** Pauses a schedule, or lets it go on. */
export function PauseSchedule({ tenant, id, enabled }: { tenant: string; id: string; enabled: boolean }) {
  const [state, action] = useActionState(pauseScheduleAction, { status: "idle" });
  const problem = formError(state) ?? fieldError(state, "schedule");
  return (
    <form action={action} className="inline-flex items-center gap-2">
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="schedule" value={id} />
      <input type="hidden" name="enabled" value={enabled ? "off" : "on"} />
      <SubmitButton variant="ghost" size="sm">{enabled ? "Pause" : "Resume"}</SubmitButton>
      {problem ? <span role="alert" className="text-xs text-bad">{problem}</span> : null}
    </form>
  );
}

/** Deletes a schedule. */
export function DeleteSchedule({ tenant, id, agent }: { tenant: string; id: string; agent: string }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">Delete</Button>}
      title={`Delete this schedule of “${agent}”?`}
      confirmLabel="Delete schedule"
      cancelLabel="Keep schedule"
      onConfirm={async () => {
        const form = new FormData();
        form.set("tenant", tenant);
        form.set("schedule", id);
        const state = await deleteScheduleAction({ status: "idle" }, form);
        return formError(state) ?? fieldError(state, "schedule");
      }}
    >
      It starts no run any more. The runs that it started stay, and those under way go on.
    </ConfirmDialog>
  );
}
