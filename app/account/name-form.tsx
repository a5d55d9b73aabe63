"use client";

import { useActionState } from "react";
import { renameUserAction } from "@/app/account/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** Changes one's name; shows the address that one signs in with. */
export function NameForm({ name, email }: { name: string; email: string }) {
  const [state, action] = useActionState(renameUserAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid max-w-md gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <TextField label="Name" name="name" autoComplete="name" required defaultValue={state.status === "invalid" ? typedValue(state, "name") : name} error={fieldError(state, "name")} />
      <TextField label="E-mail" type="email" value={email} readOnly hint="You sign in with it, and our mails go there." />
      <div className="flex items-center gap-3">
        <SubmitButton>Save name</SubmitButton>
        {state.status === "done" ? <p role="status" className="text-sm text-muted">Saved.</p> : null}
      </div>
    </form>
  );
}
