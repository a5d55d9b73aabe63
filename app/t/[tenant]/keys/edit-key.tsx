"use client";

import { useActionState } from "react";
import { updateKeyAction } from "@/app/t/[tenant]/keys/actions";
import { FormDialog } from "@/components/ui/form-dialog";
import { LimitFields } from "@/app/t/[tenant]/keys/limit-fields";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useWhenDone } from "@/components/ui/use-when-done";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";
import type { KeyDto } from "@/lib/keys/schema";

/** Changes a key's name and limits in a dialog. */
export function EditKey({ tenant, of }: { tenant: string; of: KeyDto }) {
  return (
    <FormDialog trigger={<Button variant="ghost" size="sm">Edit</Button>} title={`Edit the key “${of.name}”`} description="Its secret and scopes stay as they are.">
      {(turn, close) => <EditKeyForm key={turn} tenant={tenant} of={of} onDone={close} />}
    </FormDialog>
  );
}

function EditKeyForm({ tenant, of, onDone }: { tenant: string; of: KeyDto; onDone: () => void }) {
  const [state, action] = useActionState(updateKeyAction, { status: "idle" });
  useWhenDone(state, onDone);
  const problem = formError(state);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="key" value={of.id} />
      <TextField label="Name" name="name" required defaultValue={state.status === "idle" ? of.name : typedValue(state, "name")} error={fieldError(state, "name")} />
      <LimitFields state={state} of={of} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Save key</SubmitButton>
      </DialogFooter>
    </form>
  );
}
