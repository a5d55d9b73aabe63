"use client";

import { useSearchParams } from "next/navigation";
import { useActionState } from "react";
import { connectIdentityAction, disconnectIdentityAction } from "@/app/account/identity-actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";
import { handshakeProblem } from "@/lib/http/handshake-problem";
import { PROVIDER_NAMES, type Provider } from "@/lib/users/schema";

/** Why connecting came to nothing, when the address says so. */
export function ConnectProblem() {
  const search = useSearchParams();
  const problem = handshakeProblem(search.get("error"), search.get("provider"));
  return problem ? <Notice tone="bad">{problem}</Notice> : null;
}

/** Sends the browser to the provider, to come back with the account that is then connected. */
export function ConnectIdentity({ provider }: { provider: Provider }) {
  const [state, action] = useActionState(connectIdentityAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-2">
      <input type="hidden" name="provider" value={provider} />
      <SubmitButton variant="secondary" size="sm">Connect {PROVIDER_NAMES[provider]}</SubmitButton>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
    </form>
  );
}

export function DisconnectIdentity({ provider, hasPassword }: { provider: Provider; hasPassword: boolean }) {
  const name = PROVIDER_NAMES[provider];
  return (
    <ConfirmDialog
      trigger={<Button variant="danger-quiet" size="sm">Disconnect {name}</Button>}
      title={`Disconnect ${name}?`}
      confirmLabel={`Disconnect ${name}`}
      cancelLabel="Keep it"
      onConfirm={async () => {
        const form = new FormData();
        form.set("provider", provider);
        const state = await disconnectIdentityAction({ status: "idle" }, form);
        return formError(state) ?? fieldError(state, "provider");
      }}
    >
      {name} no longer signs you in. {hasPassword ? "Your password does." : "A link by mail does, to the address of this account."} Browsers that are signed in stay so.
    </ConfirmDialog>
  );
}
