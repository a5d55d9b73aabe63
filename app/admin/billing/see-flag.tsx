"use client";

import { seeBillingFlagAction } from "@/app/admin/billing/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { formError } from "@/lib/http/action-state";

/** Takes a flag off the list, once a person has looked. */
export function SeeFlag({ workspace, flag, what }: { workspace: string; flag: string; what: string }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="secondary" size="sm">Mark as seen</Button>}
      title={`Take the ${what} off this list?`}
      confirmLabel="Mark as seen"
      cancelLabel="Leave it here"
      tone="primary"
      onConfirm={async () => {
        const form = new FormData();
        form.set("workspace", workspace);
        form.set("flag", flag);
        return formError(await seeBillingFlagAction({ status: "idle" }, form));
      }}
    >
      The workspace’s audit log keeps who looked. Plan and money stay as they are.
    </ConfirmDialog>
  );
}
