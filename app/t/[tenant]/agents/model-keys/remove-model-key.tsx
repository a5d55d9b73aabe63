"use client";

import { deleteModelKeyAction } from "@/app/t/[tenant]/agents/model-keys/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { fieldError, formError } from "@/lib/http/action-state";

export function RemoveModelKey({ tenant, id, label }: { tenant: string; id: string; label: string }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm" aria-label={`Remove ${label}`}>Remove</Button>}
      title={`Remove the model key “${label}”?`}
      confirmLabel="Remove model key"
      cancelLabel="Keep model key"
      onConfirm={async () => {
        const form = new FormData();
        form.set("tenant", tenant);
        form.set("model_key", id);
        const state = await deleteModelKeyAction({ status: "idle" }, form);
        return formError(state) ?? fieldError(state, "model_key");
      }}
    >
      Its secret is deleted, and agents can no longer choose its models. Runs that wait with one of them fail. It cannot be undone; the label is free again.
    </ConfirmDialog>
  );
}
