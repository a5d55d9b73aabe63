"use client";

import Link from "next/link";
import { useActionState } from "react";
import { secondFactorAction } from "@/app/(auth)/sign-in/two-factor/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";

/** Takes the six digits of an app, or a recovery code, in one field. */
export function SecondFactorForm() {
  const [state, action] = useActionState(secondFactorAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight">Two-factor authentication</h1>
        <p className="text-muted">Enter the six digits that your authenticator app shows for Stint. Without your phone, enter one of your recovery codes.</p>
      </div>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <TextField label="Code" name="code" required autoFocus autoComplete="one-time-code" spellCheck={false} autoCapitalize="none" error={fieldError(state, "code")} />
      <SubmitButton>Verify</SubmitButton>
      <Link href="/sign-in" className="text-accent-ink underline underline-offset-4">
        Sign in as somebody else
      </Link>
    </form>
  );
}
