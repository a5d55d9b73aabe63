"use client";

import { useActionState } from "react";
import { beginTwoFactorAction } from "@/app/account/two-factor/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";

/** Asks for the password, where there is one, before a second factor is set up. */
export function BeginForm({ asksPassword }: { asksPassword: boolean }) {
  const [state, action] = useActionState(beginTwoFactorAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid max-w-md gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {asksPassword ? (
        <TextField label="Password" name="current_password" type="password" autoComplete="current-password" required autoFocus error={fieldError(state, "current_password")} />
      ) : (
        <p className="text-muted">Your account has no password; you have shown who you are by signing in.</p>
      )}
      <div>
        <SubmitButton>Continue</SubmitButton>
      </div>
    </form>
  );
}
