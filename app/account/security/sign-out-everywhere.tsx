"use client";

import { signOutEverywhereAction } from "@/app/account/security/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { formError } from "@/lib/http/action-state";

export function SignOutEverywhere() {
  return (
    <ConfirmDialog
      trigger={<Button variant="danger-quiet">Sign out everywhere</Button>}
      title="Sign out everywhere?"
      confirmLabel="Sign out everywhere"
      cancelLabel="Stay signed in"
      onConfirm={async () => formError(await signOutEverywhereAction({ status: "idle" }, new FormData()))}
    >
      Every browser that is signed in with your account has to sign in again, this one too. API keys and runs go on.
    </ConfirmDialog>
  );
}
