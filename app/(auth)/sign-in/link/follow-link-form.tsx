"use client";

import { useActionState } from "react";
import { followSignInLinkAction } from "@/app/(auth)/sign-in/link/actions";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { formError } from "@/lib/http/action-state";

/** The button behind a mailed link: opening the link alone signs nobody in, because mail scanners open links too. */
export function FollowLinkForm({ token, email }: { token: string; email: string }) {
  const [state, action] = useActionState(followSignInLinkAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6">
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
        <p className="text-muted">You are signing in as <span className="font-mono break-all text-ink">{email}</span>.</p>
      </div>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="token" value={token} />
      <SubmitButton autoFocus>Sign in</SubmitButton>
    </form>
  );
}
