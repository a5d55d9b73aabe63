"use client";

import { useRouter } from "next/navigation";
import { deleteEndpointAction } from "@/app/t/[tenant]/webhooks/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { fieldError, formError } from "@/lib/http/action-state";

/** Deletes an endpoint after a question, and goes to the list. */
export function DeleteEndpoint({ tenant, id, url }: { tenant: string; id: string; url: string }) {
  const router = useRouter();
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">Delete</Button>}
      title="Delete this webhook endpoint?"
      confirmLabel="Delete endpoint"
      cancelLabel="Keep endpoint"
      onConfirm={async () => {
        const form = new FormData();
        form.set("tenant", tenant);
        form.set("endpoint", id);
        const state = await deleteEndpointAction({ status: "idle" }, form);
        const problem = formError(state) ?? fieldError(state, "endpoint");
        if (!problem) router.push(`/t/${tenant}/webhooks`);
        return problem;
      }}
    >
      Nothing is sent to <span className="font-mono break-all text-ink">{url}</span> any more, and its log and secret are gone. It cannot be undone. To stop it for a time, disable it.
    </ConfirmDialog>
  );
}
