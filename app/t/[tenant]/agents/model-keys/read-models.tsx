"use client";

import { useActionState } from "react";
import { readModelsAction } from "@/app/t/[tenant]/agents/model-keys/actions";
import { SubmitButton } from "@/components/ui/submit-button";
import { formError, type ActionState } from "@/lib/http/action-state";

/** Asks a key's endpoint for its models: a test of the key at once. What came of it stands under the button. */
export function ReadModels({ tenant, id, label }: { tenant: string; id: string; label: string }) {
  const [state, action] = useActionState<ActionState<{ models: number }>, FormData>(readModelsAction, { status: "idle" });
  const problem = formError(state) ?? (state.status === "invalid" ? Object.values(state.fieldErrors)[0] : undefined);
  return (
    <form action={action} className="inline-grid justify-items-end">
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="model_key" value={id} />
      <SubmitButton variant="ghost" size="sm" aria-label={`Read models of ${label}`}>Read models</SubmitButton>
      {problem ? <p role="alert" className="max-w-72 text-right text-xs text-bad">{problem}</p> : null}
      {state.status === "done" ? <p role="status" className="text-xs text-muted">The key works: {state.data.models === 1 ? "1 model" : `${state.data.models} models`}.</p> : null}
    </form>
  );
}
