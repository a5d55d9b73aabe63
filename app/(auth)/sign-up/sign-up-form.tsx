"use client";

import Link from "next/link";
import { useActionState, useState } from "react";
import { signUpAction } from "@/app/(auth)/actions";
import { CheckMail } from "@/components/ui/check-mail";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

type SignUpFormProps = { /** What the reader came for; null: nothing in particular. */ plan: string | null };

/** Asks for an account, then says where to look. It says the same whether or not the address is known. */
export function SignUpForm({ plan }: SignUpFormProps) {
  const [turn, setTurn] = useState(0);
  return <Form key={turn} plan={plan} onAgain={() => setTurn(turn + 1)} />;
}

function Form({ plan, onAgain }: SignUpFormProps & { onAgain: () => void }) {
  const [state, action] = useActionState(signUpAction, { status: "idle" });
  if (state.status === "done") return <CheckMail email={state.data.email} onAgain={onAgain}>The link in it confirms the address and signs you in, once and for 24 hours.</CheckMail>;
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight">Create account</h1>
        <p className="text-muted">Free: 100 agent-minutes a month, no card.</p>
      </div>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {plan ? <input type="hidden" name="plan" value={plan} /> : null}
      <TextField label="Name" name="name" autoComplete="name" required defaultValue={typedValue(state, "name")} error={fieldError(state, "name")} />
      <TextField label="E-mail" name="email" type="email" autoComplete="email" required defaultValue={typedValue(state, "email")} error={fieldError(state, "email")} />
      <TextField label="Password" name="password" type="password" autoComplete="new-password" required hint="At least 10 characters; not one that is in common use." error={fieldError(state, "password")} />
      <SubmitButton>Create account</SubmitButton>
      <p className="text-muted">
        Already have an account?{" "}
        <Link href="/sign-in" className="text-accent-ink underline underline-offset-4">
          Sign in
        </Link>
      </p>
    </form>
  );
}
