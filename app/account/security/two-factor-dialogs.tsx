"use client";

import { useRouter } from "next/navigation";
import { useActionState } from "react";
import { RecoveryCodes } from "@/app/account/recovery-codes";
import { disableTwoFactorAction, renewRecoveryCodesAction } from "@/app/account/security/actions";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useWhenDone } from "@/components/ui/use-when-done";
import { fieldError, formError, type ActionState } from "@/lib/http/action-state";

/** Turns the second factor off, with a code. */
export function DisableTwoFactor() {
  return (
    <FormDialog trigger={<Button variant="danger-quiet" size="sm">Turn off</Button>} title="Turn two-factor authentication off?" description="A password alone opens your account then. Workspaces that ask for a second factor keep you out until it is on again.">
      {(turn, close) => <DisableForm key={turn} onDone={close} />}
    </FormDialog>
  );
}

function DisableForm({ onDone }: { onDone: () => void }) {
  const [state, action] = useActionState(disableTwoFactorAction, { status: "idle" });
  useWhenDone(state, onDone);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      <CodeFields state={state} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button">Keep it on</Button>
        </DialogClose>
        <SubmitButton variant="danger">Turn off</SubmitButton>
      </DialogFooter>
    </form>
  );
}

/** Makes new recovery codes, with a code, and shows them once. */
export function RenewRecoveryCodes() {
  return (
    <FormDialog trigger={<Button size="sm">New recovery codes</Button>} title="Make new recovery codes" description="The old ones stop working.">
      {(turn) => <RenewForm key={turn} />}
    </FormDialog>
  );
}

function RenewForm() {
  const [state, action] = useActionState(renewRecoveryCodesAction, { status: "idle" });
  const router = useRouter();
  // The number of codes left, behind the dialog.
  useWhenDone(state, () => router.refresh());
  if (state.status === "done") {
    return (
      <RecoveryCodes codes={state.data.codes} title="These are your recovery codes">
        <DialogClose asChild>
          <Button variant="primary" size="sm">I have kept them</Button>
        </DialogClose>
      </RecoveryCodes>
    );
  }
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      <CodeFields state={state} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button">Cancel</Button>
        </DialogClose>
        <SubmitButton>Make new codes</SubmitButton>
      </DialogFooter>
    </form>
  );
}

function CodeFields({ state }: { state: ActionState }) {
  const problem = formError(state);
  return (
    <>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <TextField label="Code" name="code" required autoFocus autoComplete="one-time-code" spellCheck={false} autoCapitalize="none" hint="Six digits from your app, or a recovery code." error={fieldError(state, "code")} />
    </>
  );
}
