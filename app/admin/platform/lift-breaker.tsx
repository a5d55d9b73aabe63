"use client";

import { liftBreakerAction } from "@/app/admin/platform/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { formError } from "@/lib/http/action-state";

export function LiftBreaker() {
  return (
    <ConfirmDialog
      trigger={<Button variant="primary">Let runs begin again today</Button>}
      title="Let runs begin again today?"
      confirmLabel="Let runs begin"
      cancelLabel="Leave it tripped"
      onConfirm={async () => formError(await liftBreakerAction({ status: "idle" }, new FormData()))}
    >
      Queued runs begin now, and nothing caps what all workspaces together spend until midnight UTC. Each workspace’s own cap still holds.
    </ConfirmDialog>
  );
}
