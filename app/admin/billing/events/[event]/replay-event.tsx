"use client";

import { replayStripeEventAction } from "@/app/admin/billing/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { formError } from "@/lib/http/action-state";

/** Handles an event again, after asking. */
export function ReplayEvent({ event }: { event: string }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="primary">Replay</Button>}
      title="Handle this event again?"
      confirmLabel="Replay"
      cancelLabel="Leave it"
      tone="primary"
      onConfirm={async () => {
        const form = new FormData();
        form.set("event", event);
        return formError(await replayStripeEventAction({ status: "idle" }, form));
      }}
    >
      What it is about is fetched from Stripe as it is now and written down here. Nobody is mailed twice and nothing is charged. The workspace’s audit log keeps who did it.
    </ConfirmDialog>
  );
}
