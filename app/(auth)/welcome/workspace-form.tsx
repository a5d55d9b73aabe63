"use client";

import { useActionState } from "react";
import { createWorkspaceAction } from "@/app/(auth)/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

type WorkspaceFormProps = {
  /** Who is greeted; null while it is not known who follows the link. */
  name: string | null;
  /** Of a mailed link; empty for somebody signed in. */
  token: string;
  /** The address whose password has to be given, because the link was opened elsewhere than it was asked for. */
  email: string | null;
};

/** Names a workspace and creates it; with a token it also confirms the address and signs in. */
export function WorkspaceForm({ name, token, email }: WorkspaceFormProps) {
  const [state, action] = useActionState(createWorkspaceAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight">{name === null ? "Confirm your account" : `Welcome, ${name}`}</h1>
        <p className="text-muted">A workspace holds your agents, keys, usage and bills.</p>
      </div>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {token ? <input type="hidden" name="token" value={token} /> : null}
      {email === null ? null : (
        <>
          <Notice title="This is another browser">
            Enter the password that you chose for {email}. If you did not ask for an account, close this page: without the password nothing is created.
          </Notice>
          <TextField label="Password" name="password" type="password" autoComplete="current-password" required error={fieldError(state, "password")} />
        </>
      )}
      <TextField label="Workspace name" name="workspace" autoComplete="organization" required defaultValue={typedValue(state, "workspace")} error={fieldError(state, "workspace")} hint="Your company or product." />
      <SubmitButton>Create workspace</SubmitButton>
    </form>
  );
}
