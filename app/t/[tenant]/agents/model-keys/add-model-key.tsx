"use client";

import { useActionState } from "react";
import { createModelKeyAction } from "@/app/t/[tenant]/agents/model-keys/actions";
import { ModelKeyFields } from "@/app/t/[tenant]/agents/model-keys/model-key-fields";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** Adds a model key in a dialog, and says what it unlocks. */
export function AddModelKey({ tenant }: { tenant: string }) {
  return (
    <FormDialog trigger={<Button variant="primary">Add model key</Button>} title="Add a model key" description="Agents call its models as label/model.">
      {(turn, close) => <AddModelKeyForm key={turn} tenant={tenant} close={close} />}
    </FormDialog>
  );
}

function AddModelKeyForm({ tenant, close }: { tenant: string; close: () => void }) {
  const [state, action] = useActionState(createModelKeyAction, { status: "idle" });
  if (state.status === "done") {
    const { label, models } = state.data;
    return (
      <div className="grid grid-cols-1 gap-6">
        <Notice tone="ok">{models === 1 ? "One model" : `${models} models`} of {label} can be chosen for agents now.</Notice>
        <DialogFooter><Button variant="primary" onClick={close}>Done</Button></DialogFooter>
      </div>
    );
  }
  const problem = formError(state);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <TextField label="Label" name="label" required autoFocus placeholder="openai" defaultValue={typedValue(state, "label")} error={fieldError(state, "label")} hint="Stands before the names of its models. It cannot be changed." />
      <ModelKeyFields state={state} stored={false} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Add model key</SubmitButton>
      </DialogFooter>
    </form>
  );
}
