"use client";

import { useActionState, useState } from "react";
import { createAgentAction } from "@/app/t/[tenant]/agents/actions";
import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";
import { slugFromName } from "@/lib/core/slug";

/** Describes a new agent. The slug follows the name until somebody writes one. */
export function AgentForm({ tenant, models }: { tenant: string; models: { id: string; name: string }[] }) {
  const [state, action] = useActionState(createAgentAction, { status: "idle" });
  const [slug, setSlug] = useState<string | null>(null);
  const [name, setName] = useState(typedValue(state, "name"));
  const problem = formError(state);
  return (
    <form action={action} className="grid max-w-xl gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <TextField label="Name" name="name" required value={name} onChange={(event) => setName(event.target.value)} error={fieldError(state, "name")} placeholder="Summarise" />
      <TextField
        label="Slug" name="slug" required className="[&_input]:font-mono" value={slug ?? (name ? slugFromName(name) : "")} onChange={(event) => setSlug(event.target.value)}
        error={fieldError(state, "slug")} hint="What your program calls it. It does not change later."
      />
      <SelectField label="Model" name="model" required defaultValue={typedValue(state, "model") || models[0]?.id} error={fieldError(state, "model")}>
        {models.map((model) => (
          <option key={model.id} value={model.id}>
            {model.name}
          </option>
        ))}
      </SelectField>
      <TextareaField
        label="Instructions" name="instructions" required rows={8} defaultValue={typedValue(state, "instructions")} error={fieldError(state, "instructions")}
        hint="What the agent should do with the text it is given."
      />
      <div>
        <SubmitButton>Create agent</SubmitButton>
      </div>
    </form>
  );
}
