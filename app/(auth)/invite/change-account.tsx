"use client";

import { useActionState } from "react";
import { changeAccountAction } from "@/app/(auth)/invite/actions";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";

/** For an invitation that is somebody else's than whoever is signed in here. */
export function ChangeAccount({ token, email }: { token: string; email: string }) {
  const [, action] = useActionState(changeAccountAction, { status: "idle" });
  return (
    <form action={action} className="grid gap-6">
      <Notice tone="warn" title="This invitation is for another address">
        You are signed in as <span className="font-mono wrap-anywhere">{email}</span>. Sign out, then go on with the invited address.
      </Notice>
      <input type="hidden" name="token" value={token} />
      <SubmitButton>Sign out and go on</SubmitButton>
    </form>
  );
}
