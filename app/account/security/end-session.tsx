"use client";

import { revokeSessionAction } from "@/app/account/security/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { formError } from "@/lib/http/action-state";

export function EndSession({ id, device }: { id: string; device: string }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">Sign out</Button>}
      title={`Sign out ${device}?`}
      confirmLabel="Sign out"
      cancelLabel="Keep session"
      onConfirm={async () => {
        const form = new FormData();
        form.set("session", id);
        return formError(await revokeSessionAction({ status: "idle" }, form));
      }}
    >
      That browser has to sign in again at its next click. What it was doing is not lost.
    </ConfirmDialog>
  );
}
