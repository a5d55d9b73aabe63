"use client";

import { useActionState } from "react";
import { joinWithNewAccountAction } from "@/app/(auth)/invite/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** Makes an account for the invited address, and its owner a member. The link has proved that the address is theirs. */
export function NewAccountForm({ token, email, workspace }: { token: string; email: string; workspace: string }) {
  const [state, action] = useActionState(joinWithNewAccountAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="token" value={token} />
      {/* For password managers: whose password this will be. */}
      <TextField label="E-mail" name="email" type="email" autoComplete="username" readOnly value={email} />
      <TextField label="Name" name="name" autoComplete="name" required defaultValue={typedValue(state, "name")} error={fieldError(state, "name")} />
      <TextField label="Password" name="password" type="password" autoComplete="new-password" required hint="At least 10 characters." error={fieldError(state, "password")} />
      <SubmitButton className="h-auto min-h-9 py-2 whitespace-normal wrap-anywhere">Create account and join {workspace}</SubmitButton>
    </form>
  );
}
