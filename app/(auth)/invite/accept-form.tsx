"use client";

import { useActionState } from "react";
import { acceptInvitationAction } from "@/app/(auth)/invite/actions";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { formError } from "@/lib/http/action-state";

/** Lets whoever is signed in with the invited address join. */
export function AcceptForm({ token, workspace }: { token: string; workspace: string }) {
  const [state, action] = useActionState(acceptInvitationAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-6">
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="token" value={token} />
      <SubmitButton className="h-auto min-h-9 py-2 whitespace-normal wrap-anywhere">Join {workspace}</SubmitButton>
    </form>
  );
}
