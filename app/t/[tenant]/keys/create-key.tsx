"use client";

import { useActionState, useState } from "react";
import { createKeyAction } from "@/app/t/[tenant]/keys/actions";
import { Button } from "@/components/ui/button";
import { CheckboxField } from "@/components/ui/checkbox";
import { CodeBlock } from "@/components/ui/code-block";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog, DialogClose, DialogContent, DialogFooter, DialogTrigger } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

const SCOPES = [
  { id: "runs:write", text: "Start and cancel runs", on: true },
  { id: "runs:read", text: "Read runs and their events", on: true },
  { id: "agents:read", text: "Read agents", on: true },
  { id: "usage:read", text: "Read usage", on: true },
  { id: "agents:write", text: "Create agents", on: false },
  { id: "keys:read", text: "List API keys", on: false },
  { id: "keys:write", text: "Create and revoke API keys", on: false },
];

/** Creates a key in a dialog and shows its secret, once. */
export function CreateKey({ tenant, origin }: { tenant: string; origin: string }) {
  const [open, setOpen] = useState(false);
  // A dialog that is opened again starts over; the secret of the last key is gone with it.
  const [turn, setTurn] = useState(0);
  return (
    <Dialog
      open={open}
      onOpenChange={(now) => {
        setOpen(now);
        if (now) setTurn((before) => before + 1);
      }}
    >
      <DialogTrigger asChild>
        <Button variant="primary">Create key</Button>
      </DialogTrigger>
      <DialogContent title="Create an API key" description="One key for each program.">
        <CreateKeyForm key={turn} tenant={tenant} origin={origin} />
      </DialogContent>
    </Dialog>
  );
}

function CreateKeyForm({ tenant, origin }: { tenant: string; origin: string }) {
  const [state, action] = useActionState(createKeyAction, { status: "idle" });
  if (state.status === "done") return <NewSecret secret={state.data.secret} origin={origin} />;
  const problem = formError(state);
  const scopeProblem = fieldError(state, "scopes");
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <TextField label="Name" name="name" required autoFocus placeholder="Production" defaultValue={typedValue(state, "name")} error={fieldError(state, "name")} hint="Which program uses it." />
      <fieldset className="grid grid-cols-1 gap-2">
        <legend className="mb-2 font-medium">What it may do</legend>
        {/* Present even when nothing is ticked: no scope is an answer, and not the default. */}
        <input type="hidden" name="scopes[]" value="" />
        {SCOPES.map((scope) => (
          <CheckboxField key={scope.id} name="scopes[]" value={scope.id} defaultChecked={scope.on} label={<>{scope.text} <span className="font-mono text-xs text-muted">{scope.id}</span></>} />
        ))}
        {scopeProblem ? <p className="text-xs text-bad">{scopeProblem}</p> : null}
      </fieldset>
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Create key</SubmitButton>
      </DialogFooter>
    </form>
  );
}

function NewSecret({ secret, origin }: { secret: string; origin: string }) {
  return (
    <div className="grid min-w-0 gap-6">
      <Notice tone="warn" title="Copy it now">It is shown this once. We keep only a hash and cannot show it again.</Notice>
      <div className="flex items-center gap-2 rounded-md border border-line bg-sunken p-3">
        <code data-testid="key-secret" className="min-w-0 flex-1 font-mono break-all">{secret}</code>
        <CopyButton text={secret} label="Copy key" look="words" />
      </div>
      <CodeBlock title="Try it" code={`export STINT_API_KEY=${secret}\ncurl ${origin}/api/v1/me -H "Authorization: Bearer $STINT_API_KEY"`} />
      <DialogFooter>
        <DialogClose asChild>
          <Button variant="primary">I have copied it</Button>
        </DialogClose>
      </DialogFooter>
    </div>
  );
}
