"use client";

import { useActionState } from "react";
import { changePasswordAction } from "@/app/account/security/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";

/** Changes the password, or gives an account its first one. */
export function PasswordForm({ has, email }: { has: boolean; email: string }) {
  const [state, action] = useActionState(changePasswordAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid max-w-md gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      {has ? <TextField label="Current password" name="current_password" type="password" autoComplete="current-password" required error={fieldError(state, "current_password")} /> : null}
      <TextField label="New password" name="password" type="password" autoComplete="new-password" required hint="At least 10 characters; not one that is in common use." error={fieldError(state, "password")} />
      <div className="flex items-center gap-3">
        <SubmitButton variant="secondary">{has ? "Change password" : "Set password"}</SubmitButton>
        {state.status === "done" ? <p role="status" className="text-sm text-muted">Saved. Every other session has ended.</p> : null}
      </div>
    </form>
  );
}
