"use client";

import Link from "next/link";
import { useActionState } from "react";
import { signInAction } from "@/app/(auth)/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** Signs in with address and password and goes on to `next`, a path of this site. */
export function SignInForm({ next }: { next: string }) {
  const [state, action] = useActionState(signInAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="next" value={next} />
      <TextField label="E-mail" name="email" type="email" autoComplete="username" required defaultValue={typedValue(state, "email")} error={fieldError(state, "email")} />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required error={fieldError(state, "password")} />
      <SubmitButton>Sign in</SubmitButton>
      <p className="flex flex-wrap justify-between gap-x-4 gap-y-2">
        <Link href="/sign-in/link" className="text-accent-ink underline underline-offset-4">
          Sign in by mail
        </Link>
        <Link href="/reset-password" className="text-accent-ink underline underline-offset-4">
          Forgot your password?
        </Link>
      </p>
      <p className="text-muted">
        New here?{" "}
        <Link href="/sign-up" className="text-accent-ink underline underline-offset-4">
          Create account
        </Link>
      </p>
    </form>
  );
}
