"use client";

import { useActionState, useState } from "react";
import { createAgentAction } from "@/app/t/[tenant]/agents/actions";
import { AgentFields, type AgentChoices } from "@/app/t/[tenant]/agents/agent-fields";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useUnsavedGuard } from "@/components/ui/use-unsaved-guard";
import type { AgentFormValues } from "@/lib/agents/form";
import { slugFromName } from "@/lib/core/slug";
import { fieldError, formError } from "@/lib/http/action-state";

/** Describes a new agent, beginning with what a template says. The slug follows the name until somebody writes one. */
export function AgentForm({ tenant, initial, choices }: { tenant: string; initial: AgentFormValues; choices: AgentChoices }) {
  const [state, action, pending] = useActionState(createAgentAction, { status: "idle" });
  const [values, setValues] = useState(initial);
  const [slug, setSlug] = useState<string | null>(null);
  const change = (part: Partial<AgentFormValues>): void => setValues((before) => ({ ...before, ...part }));
  const typed = JSON.stringify(values) !== JSON.stringify(initial);
  useUnsavedGuard(typed && !pending ? "What you typed is not saved. Leave without it?" : null);
  const problem = formError(state);
  return (
    <form action={action} className="grid max-w-2xl grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <TextField label="Name" name="name" required value={values.name} onChange={(event) => change({ name: event.target.value })} error={fieldError(state, "name")} placeholder="Summarise" />
      <TextField
        label="Slug" name="slug" required className="[&_input]:font-mono" value={slug ?? (values.name ? slugFromName(values.name) : "")} onChange={(event) => setSlug(event.target.value)}
        error={fieldError(state, "slug")} hint="What your program calls it. It does not change later."
      />
      <AgentFields values={values} onChange={change} state={state} choices={choices} />
      <div>
        <SubmitButton>Create agent</SubmitButton>
      </div>
    </form>
  );
}
