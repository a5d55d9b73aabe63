"use client";

import { useActionState } from "react";
import { updateEndpointAction } from "@/app/t/[tenant]/webhooks/actions";
import { EndpointFields } from "@/app/t/[tenant]/webhooks/endpoint-fields";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useWhenDone } from "@/components/ui/use-when-done";
import { fieldError, formError } from "@/lib/http/action-state";
import type { EndpointDto } from "@/lib/webhooks/schema";

/** Changes where an endpoint is and what it is told of. */
export function EditEndpoint({ tenant, of }: { tenant: string; of: EndpointDto }) {
  return (
    <FormDialog trigger={<Button variant="ghost" size="sm">Edit</Button>} title="Edit the webhook endpoint" description="Its signing secret stays as it is.">
      {(turn, close) => <EditEndpointForm key={turn} tenant={tenant} of={of} onDone={close} />}
    </FormDialog>
  );
}

function EditEndpointForm({ tenant, of, onDone }: { tenant: string; of: EndpointDto; onDone: () => void }) {
  const [state, action] = useActionState(updateEndpointAction, { status: "idle" });
  useWhenDone(state, onDone);
  const problem = formError(state) ?? fieldError(state, "endpoint");
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="endpoint" value={of.id} />
      <EndpointFields state={state} of={of} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Save endpoint</SubmitButton>
      </DialogFooter>
    </form>
  );
}
