"use client";

import { useRouter } from "next/navigation";
import { deleteRunContentAction } from "@/app/t/[tenant]/runs/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { fieldError, formError } from "@/lib/http/action-state";

/** Deletes what a run was given and what it said. */
export function DeleteContents({ tenant, run }: { tenant: string; run: string }) {
  const router = useRouter();
  return (
    <ConfirmDialog
      trigger={<Button variant="danger-quiet">Delete contents</Button>}
      title="Delete the contents of this run?"
      confirmLabel="Delete contents"
      cancelLabel="Keep contents"
      onConfirm={async () => {
        const form = new FormData();
        form.set("tenant", tenant);
        form.set("run", run);
        const state = await deleteRunContentAction({ status: "idle" }, form);
        router.refresh();
        return formError(state) ?? fieldError(state, "run");
      }}
    >
      Its input, output, steps’ texts and events are gone for good, and no run can go on from it. What was metered stays, and so does the run in the list. Runs that it handed out keep theirs.
    </ConfirmDialog>
  );
}
