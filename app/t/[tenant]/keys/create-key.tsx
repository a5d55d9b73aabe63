"use client";

import { useActionState } from "react";
import { createKeyAction } from "@/app/t/[tenant]/keys/actions";
import { FormDialog } from "@/components/ui/form-dialog";
import { LimitFields } from "@/app/t/[tenant]/keys/limit-fields";
import { NewSecret } from "@/app/t/[tenant]/keys/new-secret";
import { Button } from "@/components/ui/button";
import { CheckboxField } from "@/components/ui/checkbox";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, tickedValues, typedValue } from "@/lib/http/action-state";

const SCOPES = [
  { id: "runs:write", text: "Start and cancel runs", on: true },
  { id: "runs:read", text: "Read runs and their events", on: true },
  { id: "agents:read", text: "Read agents", on: true },
  { id: "usage:read", text: "Read usage", on: true },
  { id: "agents:write", text: "Create, change and archive agents", on: false },
  { id: "tools:read", text: "Read tools", on: false },
  { id: "tools:write", text: "Create, change and test tools", on: false },
  { id: "keys:read", text: "List API keys", on: false },
  { id: "keys:write", text: "Create, change and revoke API keys", on: false },
  { id: "audit:read", text: "Read the audit log", on: false },
  { id: "webhooks:read", text: "Read webhook endpoints and deliveries", on: false },
  { id: "webhooks:write", text: "Create, change and delete webhook endpoints", on: false },
];

/** Creates a key in a dialog and shows its secret, once. `scopes` are those that the user has to give. */
export function CreateKey({ tenant, origin, scopes }: { tenant: string; origin: string; scopes: string[] }) {
  return (
    <FormDialog trigger={<Button variant="primary">Create key</Button>} title="Create an API key" description="One key for each program.">
      {(turn) => <CreateKeyForm key={turn} tenant={tenant} origin={origin} scopes={scopes} />}
    </FormDialog>
  );
}

function CreateKeyForm({ tenant, origin, scopes }: { tenant: string; origin: string; scopes: string[] }) {
  const [state, action] = useActionState(createKeyAction, { status: "idle" });
  if (state.status === "done") return <NewSecret secret={state.data.secret} origin={origin} />;
  const problem = formError(state);
  const scopeProblem = fieldError(state, "scopes");
  const ticked = tickedValues(state, "scopes", SCOPES.filter(({ on }) => on).map(({ id }) => id));
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <TextField label="Name" name="name" required autoFocus placeholder="Production" defaultValue={typedValue(state, "name")} error={fieldError(state, "name")} hint="Which program uses it." />
      <fieldset className="grid grid-cols-1 gap-2">
        <legend className="mb-2 font-medium">What it may do</legend>
        {/* Present even when nothing is ticked: no scope is an answer, and not the default. */}
        <input type="hidden" name="scopes[]" value="" />
        {SCOPES.filter(({ id }) => scopes.includes(id)).map((scope) => (
          <CheckboxField key={scope.id} name="scopes[]" value={scope.id} defaultChecked={ticked.includes(scope.id)} label={<>{scope.text} <span className="font-mono text-xs text-muted">{scope.id}</span></>} />
        ))}
        {scopeProblem ? <p className="text-xs text-bad">{scopeProblem}</p> : null}
      </fieldset>
      <LimitFields state={state} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Create key</SubmitButton>
      </DialogFooter>
    </form>
  );
}
