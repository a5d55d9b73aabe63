"use client";

import { useActionState } from "react";
import { createWorkspaceAction } from "@/app/(auth)/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** Names a workspace and creates it; with a token it also confirms the address and signs in. */
export function WorkspaceForm({ name, token }: { name: string; token: string }) {
  const [state, action] = useActionState(createWorkspaceAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight">Welcome, {name}</h1>
        <p className="text-muted">A workspace holds your agents, keys, usage and bills.</p>
      </div>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {token ? <input type="hidden" name="token" value={token} /> : null}
      <TextField label="Workspace name" name="workspace" autoComplete="organization" required defaultValue={typedValue(state, "workspace")} error={fieldError(state, "workspace")} hint="Your company or product." />
      <SubmitButton>Create workspace</SubmitButton>
    </form>
  );
}
