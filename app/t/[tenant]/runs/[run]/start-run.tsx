"use client";

import { useActionState } from "react";
import { startRunAction } from "@/app/t/[tenant]/runs/actions";
import { TextareaField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

type StartRunProps = {
  tenant: string;
  /** Id, which a renamed agent keeps. */
  agent: string;
  /** The run that the new one goes on from. */
  previous: string | null;
  label: string;
  button: string;
  hint: string;
  /** What the field holds at first. */
  input: string;
};

/** Starts a run and leads to its page. */
export function StartRun({ tenant, agent, previous, label, button, hint, input }: StartRunProps) {
  const [state, action] = useActionState(startRunAction, { status: "idle" });
  const problem = formError(state) ?? fieldError(state, "agent") ?? fieldError(state, "previous_run_id");
  return (
    <form action={action} className="grid grid-cols-1 gap-4" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="agent" value={agent} />
      {previous === null ? null : <input type="hidden" name="previous_run_id" value={previous} />}
      <TextareaField key={state.status} label={label} name="input" rows={4} required defaultValue={typedValue(state, "input") || input} error={fieldError(state, "input")} hint={hint} />
      <div><SubmitButton variant="secondary">{button}</SubmitButton></div>
    </form>
  );
}
