"use client";

import { useActionState, useState } from "react";
import { rotateKeyAction } from "@/app/t/[tenant]/keys/actions";
import { FormDialog } from "@/components/ui/form-dialog";
import { NewSecret } from "@/app/t/[tenant]/keys/new-secret";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { SelectField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";

type RotateKeyProps = { tenant: string; origin: string; id: string; name: string };

/** Gives a key another secret in a dialog and shows it, once. */
export function RotateKey({ tenant, origin, id, name }: RotateKeyProps) {
  return (
    <FormDialog trigger={<Button variant="ghost" size="sm">Rotate</Button>} title={`Rotate the key “${name}”`} description="It gets a new secret and keeps its id, scopes and limits.">
      {(turn) => <RotateKeyForm key={turn} tenant={tenant} origin={origin} id={id} />}
    </FormDialog>
  );
}

function RotateKeyForm({ tenant, origin, id }: Omit<RotateKeyProps, "name">) {
  const [state, action] = useActionState(rotateKeyAction, { status: "idle" });
  const [grace, setGrace] = useState("1440");
  if (state.status === "done") return <NewSecret secret={state.data.secret} origin={origin} />;
  const problem = formError(state);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="key" value={id} />
      <SelectField label="The old secret works for another" name="grace_minutes" value={grace} onChange={(event) => setGrace(event.target.value)} error={fieldError(state, "grace_minutes")} hint="Both work until then. A secret still in an earlier grace ends now.">
        <option value="0">Moment: it ends now</option>
        <option value="60">Hour</option>
        <option value="1440">Day</option>
        <option value="10080">Week</option>
      </SelectField>
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Keep secret</Button>
        </DialogClose>
        <SubmitButton>Rotate key</SubmitButton>
      </DialogFooter>
    </form>
  );
}
