"use client";

import { revokeKeyAction } from "@/app/t/[tenant]/keys/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { fieldError, formError } from "@/lib/http/action-state";

export function RevokeKey({ tenant, id, name }: { tenant: string; id: string; name: string }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">Revoke</Button>}
      title={`Revoke the key “${name}”?`}
      confirmLabel="Revoke key"
      cancelLabel="Keep key"
      onConfirm={async () => {
        const form = new FormData();
        form.set("tenant", tenant);
        form.set("key", id);
        const state = await revokeKeyAction({ status: "idle" }, form);
        return formError(state) ?? fieldError(state, "key");
      }}
    >
      This key stops working now. Runs it started go on. It cannot be undone; a new key has a new secret.
    </ConfirmDialog>
  );
}
