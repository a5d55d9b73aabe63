"use client";

import { useActionState } from "react";
import { createEndpointAction } from "@/app/t/[tenant]/webhooks/actions";
import { EndpointFields } from "@/app/t/[tenant]/webhooks/endpoint-fields";
import { NewWebhookSecret } from "@/app/t/[tenant]/webhooks/new-secret";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { formError } from "@/lib/http/action-state";

/** Adds an endpoint in a dialog and shows its signing secret, once. */
export function CreateEndpoint({ tenant }: { tenant: string }) {
  return (
    <FormDialog trigger={<Button variant="primary">Add endpoint</Button>} title="Add a webhook endpoint" description="An address of yours that is told when something happens here.">
      {(turn) => <CreateEndpointForm key={turn} tenant={tenant} />}
    </FormDialog>
  );
}

function CreateEndpointForm({ tenant }: { tenant: string }) {
  const [state, action] = useActionState(createEndpointAction, { status: "idle" });
  if (state.status === "done") return <NewWebhookSecret secret={state.data.secret} />;
  const problem = formError(state);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <EndpointFields state={state} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Add endpoint</SubmitButton>
      </DialogFooter>
    </form>
  );
}
