"use client";

import Link from "next/link";
import { useActionState, useState } from "react";
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

/** Asks for an address and has a link mailed to it; again, for the same one, as often as somebody wants. */
export function RequestMailForm(props: RequestMailFormProps) {
  const [{ turn, email }, setAsked] = useState({ turn: 0, email: "" });
  return <Form key={turn} {...props} email={email} onAgain={(before) => setAsked({ turn: turn + 1, email: before })} />;
}

function Form({ action: send, title, description, button, sent, email, onAgain }: RequestMailFormProps & { email: string; onAgain: (email: string) => void }) {
  const [state, action] = useActionState(send, { status: "idle" });
  if (state.status === "done") return <CheckMail email={state.data.email} onAgain={() => onAgain(state.data.email)}>{sent}</CheckMail>;
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6" noValidate>
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="text-muted">{description}</p>
      </div>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <TextField label="E-mail" name="email" type="email" autoComplete="username" required autoFocus defaultValue={state.status === "idle" ? email : typedValue(state, "email")} error={fieldError(state, "email")} />
      <SubmitButton>{button}</SubmitButton>
      <Link href="/sign-in" className="text-accent-ink underline underline-offset-4">
        Sign in with a password
      </Link>
    </form>
  );
}
