"use client";

import { useActionState, useState } from "react";
import { requestDeletionAction } from "@/app/t/[tenant]/settings/actions";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogFooter, DialogTrigger } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** Asks for the workspace's deletion in a dialog that wants its slug typed. Once it is asked for, the page no longer has this. */
export function DeleteWorkspace({ tenant, name }: { tenant: string; name: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="danger-quiet">Delete workspace</Button>
      </DialogTrigger>
      <DialogContent title={`Delete the workspace “${name}”?`} description="Runs that execute are stopped and nothing new runs. In 30 days everything is deleted; until then any owner can keep it.">
        <DeleteForm tenant={tenant} />
      </DialogContent>
    </Dialog>
  );
}

function DeleteForm({ tenant }: { tenant: string }) {
  const [state, action] = useActionState(requestDeletionAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <TextField
        label={<span>Type <span className="font-mono">{tenant}</span> to confirm</span>} name="confirm" required autoFocus autoComplete="off" autoCapitalize="none" spellCheck={false}
        className="[&_input]:font-mono" defaultValue={typedValue(state, "confirm")} error={fieldError(state, "confirm")}
      />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Keep workspace</Button>
        </DialogClose>
        <SubmitButton variant="danger">Delete workspace</SubmitButton>
      </DialogFooter>
    </form>
  );
}
