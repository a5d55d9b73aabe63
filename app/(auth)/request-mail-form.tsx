"use client";

import Link from "next/link";
import { useActionState } from "react";
import { CheckMail } from "@/components/ui/check-mail";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue, type ActionState } from "@/lib/http/action-state";

type Sent = { email: string };
type RequestMailFormProps = {
  action: (before: ActionState<Sent>, form: FormData) => Promise<ActionState<Sent>>;
  title: string;
  description: string;
  button: string;
  /** What the mail holds, once it is on its way. */
  sent: string;
};

/** Asks for an address and has a link mailed to it. */
export function RequestMailForm({ action: send, title, description, button, sent }: RequestMailFormProps) {
  const [state, action] = useActionState(send, { status: "idle" });
  if (state.status === "done") return <CheckMail email={state.data.email}>{sent}</CheckMail>;
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="text-muted">{description}</p>
      </div>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus defaultValue={typedValue(state, "email")} error={fieldError(state, "email")} />
      <SubmitButton>{button}</SubmitButton>
      <Link href="/sign-in" className="text-accent-ink underline underline-offset-4">
        Sign in with a password
      </Link>
    </form>
  );
}
