"use client";

import { useActionState, type ReactNode } from "react";
import type { Button } from "@/components/ui/button";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, type ActionState } from "@/lib/http/action-state";

type FormButtonProps<T> = {
  action: (before: ActionState<T>, form: FormData) => Promise<ActionState<T>>;
  /** What the form sends. */
  fields: Record<string, string>;
  variant?: Parameters<typeof Button>[0]["variant"];
  size?: "sm" | "md";
  children: ReactNode;
};

/** A button that does one thing at once, with what went wrong under it. */
export function FormButton<T>({ action, fields, variant = "secondary", size = "md", children }: FormButtonProps<T>) {
  const [state, submit] = useActionState<ActionState<T>, FormData>(action, { status: "idle" });
  const problem = formError(state) ?? Object.keys(fields).map((name) => fieldError(state, name)).find(Boolean);
  return (
    <form action={submit} className="inline-grid justify-items-end">
      {Object.entries(fields).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)}
      <SubmitButton variant={variant} size={size}>{children}</SubmitButton>
      {problem ? <p role="alert" className="max-w-72 text-right text-xs text-bad">{problem}</p> : null}
    </form>
  );
}
