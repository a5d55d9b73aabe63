"use client";

import { useActionState } from "react";
import { rotateEndpointSecretAction } from "@/app/t/[tenant]/webhooks/actions";
import { NewWebhookSecret } from "@/app/t/[tenant]/webhooks/new-secret";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";

type RotateSecretProps = { tenant: string; id: string; previousEndsAt: string | null };

/** Gives an endpoint another signing secret in a dialog and shows it, once. */
export function RotateSecret(props: RotateSecretProps) {
  return (
    <FormDialog trigger={<Button variant="ghost" size="sm">Rotate secret</Button>} title="Rotate the signing secret" description="For 24 hours deliveries carry a signature of each secret, so that you can change your endpoint without losing one.">
      {(turn) => <RotateSecretForm key={turn} {...props} />}
    </FormDialog>
  );
}

function RotateSecretForm({ tenant, id, previousEndsAt }: RotateSecretProps) {
  const [state, action] = useActionState(rotateEndpointSecretAction, { status: "idle" });
  if (state.status === "done") return <NewWebhookSecret secret={state.data.secret} rotated />;
  const problem = formError(state) ?? fieldError(state, "endpoint");
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {previousEndsAt ? <Notice tone="warn">An earlier secret still signs. It ends now if you rotate again.</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="endpoint" value={id} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Keep secret</Button>
        </DialogClose>
        <SubmitButton>Rotate secret</SubmitButton>
      </DialogFooter>
    </form>
  );
}
