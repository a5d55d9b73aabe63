"use client";

import { useActionState } from "react";
import { setPauseAction } from "@/app/admin/tenants/[tenant]/actions";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { TextareaField } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useWhenDone } from "@/components/ui/use-when-done";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

type PauseTenantProps = { workspace: string; name: string; paused: boolean };

/** Pauses a workspace, or ends its pause, with a note that its audit log keeps. */
export function PauseTenant(props: PauseTenantProps) {
  const { name, paused } = props;
  const description = paused
    ? "Runs can begin again at once. A pause at twice the minutes does not come back in this period."
    : "No run begins, and running ones are stopped with what they have put out so far. Reading still works.";
  return (
    <FormDialog
      trigger={<Button variant={paused ? "primary" : "danger-quiet"}>{paused ? "Resume workspace" : "Pause workspace"}</Button>}
      title={`${paused ? "Resume" : "Pause"} the workspace “${name}”?`} description={description}
    >
      {(turn, close) => <Form key={turn} {...props} onDone={close} />}
    </FormDialog>
  );
}

function Form({ workspace, paused, onDone }: PauseTenantProps & { onDone: () => void }) {
  const [state, action] = useActionState(setPauseAction, { status: "idle" });
  useWhenDone(state, onDone);
  const problem = formError(state);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="workspace" value={workspace} />
      <input type="hidden" name="paused" value={paused ? "off" : "on"} />
      <TextareaField label="Note" name="note" required rows={2} defaultValue={typedValue(state, "note")} error={fieldError(state, "note")} hint="The workspace’s owners can read it in their audit log." />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">{paused ? "Leave paused" : "Keep running"}</Button>
        </DialogClose>
        <SubmitButton variant={paused ? "primary" : "danger"}>{paused ? "Resume" : "Pause"}</SubmitButton>
      </DialogFooter>
    </form>
  );
}
