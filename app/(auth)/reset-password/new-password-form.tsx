"use client";

import { useActionState } from "react";
import { resetPasswordAction } from "@/app/(auth)/reset-password/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";

/** Chooses a new password with a mailed link, and signs in. */
export function NewPasswordForm({ token, email }: { token: string; email: string }) {
  const [state, action] = useActionState(resetPasswordAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight">Choose a new password</h1>
        <p className="text-muted">For <span className="font-mono break-all text-ink">{email}</span>. Every session of this account ends; your API keys go on working.</p>
      </div>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="token" value={token} />
      {/* Lets a password manager file the new password under the right account. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <TextField label="New password" name="password" type="password" autoComplete="new-password" required autoFocus hint="At least 10 characters; not one that is in common use." error={fieldError(state, "password")} />
      <SubmitButton>Save and sign in</SubmitButton>
    </form>
  );
}
