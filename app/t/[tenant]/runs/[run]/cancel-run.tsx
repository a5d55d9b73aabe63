"use client";

import { useRouter } from "next/navigation";
import { cancelRunAction } from "@/app/t/[tenant]/runs/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { fieldError, formError } from "@/lib/http/action-state";

export function CancelRun({ tenant, run }: { tenant: string; run: string }) {
  const router = useRouter();
  return (
    <ConfirmDialog
      trigger={<Button variant="secondary">Cancel run</Button>}
      title="Cancel this run?"
      confirmLabel="Cancel run"
      cancelLabel="Let it run"
      onConfirm={async () => {
        const form = new FormData();
        form.set("tenant", tenant);
        form.set("run", run);
        const state = await cancelRunAction({ status: "idle" }, form);
        router.refresh();
        return formError(state) ?? fieldError(state, "run");
      }}
    >
      It stops within a second. The output so far is kept, and the time it has executed is billed.
    </ConfirmDialog>
  );
}
