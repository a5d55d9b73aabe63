"use client";

import { useActionState } from "react";
import { updateModelKeyAction } from "@/app/t/[tenant]/agents/model-keys/actions";
import { ModelKeyFields } from "@/app/t/[tenant]/agents/model-keys/model-key-fields";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { formError } from "@/lib/http/action-state";

type Props = { tenant: string; id: string; label: string; baseUrl: string; models: string };

/** Changes a model key's address, key and models in a dialog. */
export function EditModelKey(props: Props) {
  return (
    <FormDialog trigger={<Button variant="ghost" size="sm" aria-label={`Edit ${props.label}`}>Edit</Button>} title={`Edit the model key “${props.label}”`} description="Calls that begin from now on use what you save.">
      {(turn, close) => <EditModelKeyForm key={turn} {...props} close={close} />}
    </FormDialog>
  );
}

function EditModelKeyForm({ tenant, id, baseUrl, models, close }: Props & { close: () => void }) {
  const [state, action] = useActionState(updateModelKeyAction, { status: "idle" });
  const problem = formError(state);
  if (state.status === "done") {
    return (
      <div className="grid grid-cols-1 gap-6">
        <Notice tone="ok">Saved.</Notice>
        <DialogFooter><Button variant="primary" onClick={close}>Done</Button></DialogFooter>
      </div>
    );
  }
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="model_key" value={id} />
      <ModelKeyFields state={state} baseUrl={baseUrl} models={models} stored />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Save model key</SubmitButton>
      </DialogFooter>
    </form>
  );
}
