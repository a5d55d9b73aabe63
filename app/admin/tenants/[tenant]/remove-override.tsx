"use client";

import { removeOverrideAction } from "@/app/admin/tenants/[tenant]/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { formError } from "@/lib/http/action-state";

export function RemoveOverride({ workspace, name }: { workspace: string; name: string }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">Remove override</Button>}
      title={`Remove the override of “${name}”?`}
      confirmLabel="Remove override"
      cancelLabel="Keep override"
      onConfirm={async () => {
        const form = new FormData();
        form.set("workspace", workspace);
        return formError(await removeOverrideAction({ status: "idle" }, form));
      }}
    >
      The plan’s own limits hold from now on. Runs that no longer fit are stopped with what they have put out so far.
    </ConfirmDialog>
  );
}
