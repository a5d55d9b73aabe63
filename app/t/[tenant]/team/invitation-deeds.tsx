"use client";

import { useTransition } from "react";
import { resendInvitationAction, revokeInvitationAction } from "@/app/t/[tenant]/team/actions";
import { formOf } from "@/app/t/[tenant]/team/form-of";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";
import { fieldError, formError } from "@/lib/http/action-state";

type DeedProps = { tenant: string; id: string; email: string };

export function ResendInvitation({ tenant, id, email }: DeedProps) {
  const toast = useToast();
  const [pending, startTransition] = useTransition();
  return (
    <Button
      variant="ghost" size="sm" loading={pending}
      onClick={() => startTransition(async () => {
        const state = await resendInvitationAction({ status: "idle" }, formOf({ tenant, invitation: id }));
        const problem = formError(state) ?? fieldError(state, "email");
        if (problem) toast(problem, "bad");
        else toast(`A new link is on its way to ${email}. The old one does not work any more.`);
      })}
    >
      Send again
    </Button>
  );
}

export function RevokeInvitation({ tenant, id, email }: DeedProps) {
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">Revoke</Button>}
      title={`Revoke the invitation of ${email}?`}
      confirmLabel="Revoke invitation"
      cancelLabel="Keep invitation"
      onConfirm={async () => formError(await revokeInvitationAction({ status: "idle" }, formOf({ tenant, invitation: id })))}
    >
      The link in the mail stops working now, and the seat is free again.
    </ConfirmDialog>
  );
}
