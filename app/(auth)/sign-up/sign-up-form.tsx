"use client";

import Link from "next/link";
import { useActionState } from "react";
import { signUpAction } from "@/app/(auth)/actions";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** Asks for an account, then says where to look. It says the same whether or not the address is known. */
export function SignUpForm() {
  const [state, action] = useActionState(signUpAction, { status: "idle" });
  if (state.status === "done") {
    return (
      <div className="grid gap-4">
        <h1 className="text-2xl font-semibold tracking-tight">Check your mail</h1>
        <p className="text-muted">
          We have sent a link to <span className="font-mono text-ink">{state.data.email}</span>. It confirms the address and signs you in. It works once and for 24 hours.
        </p>
        <p className="text-muted">Nothing there after a minute? Look into the spam folder, or ask again.</p>
        <Link href="/sign-in" className="text-accent-ink underline underline-offset-4">
          To the sign-in page
        </Link>
      </div>
    );
  }
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight">Create account</h1>
        <p className="text-muted">Free: 100 agent-minutes a month, no card.</p>
      </div>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <TextField label="Name" name="name" autoComplete="name" required defaultValue={typedValue(state, "name")} error={fieldError(state, "name")} />
      <TextField label="E-mail" name="email" type="email" autoComplete="email" required defaultValue={typedValue(state, "email")} error={fieldError(state, "email")} />
      <TextField label="Password" name="password" type="password" autoComplete="new-password" required hint="At least 10 characters." error={fieldError(state, "password")} />
      <SubmitButton>Create account</SubmitButton>
      <p className="text-muted">
        You have an account?{" "}
        <Link href="/sign-in" className="text-accent-ink underline underline-offset-4">
          Sign in
        </Link>
      </p>
    </form>
  );
}
