"use client";

import Link from "next/link";
import { useActionState, type ReactNode } from "react";
import { RecoveryCodes } from "@/app/account/recovery-codes";
import { enableTwoFactorAction } from "@/app/account/two-factor/actions";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError } from "@/lib/http/action-state";

type EnableFormProps = { secret: string; uri: string; doneHref: string; children: ReactNode };

/** Shows the secret as a code to scan (`children`) and as text, takes the first code, and shows the recovery codes, once. */
export function EnableForm({ secret, uri, doneHref, children }: EnableFormProps) {
  const [state, action] = useActionState(enableTwoFactorAction, { status: "idle" });
  if (state.status === "done") {
    return (
      <Card>
        <CardHeader title="Keep your recovery codes" />
        <CardBody>
          <RecoveryCodes codes={state.data.codes} title="Two-factor authentication is on">
            <Button asChild variant="primary" size="sm"><Link href={doneHref}>I have kept them</Link></Button>
          </RecoveryCodes>
        </CardBody>
      </Card>
    );
  }
  const problem = formError(state);
  return (
    <Card>
      <CardHeader title="Scan, then enter a code" description="Any authenticator app will do: the one of your password manager, or one on your phone." />
      <CardBody>
        <div className="grid grid-cols-1 gap-8 md:grid-cols-[auto_minmax(0,1fr)]">
          <div className="grid content-start gap-2">
            {children}
            <a href={uri} className="text-sm text-accent-ink underline underline-offset-4">Open in an app on this device</a>
          </div>
          <form action={action} className="grid max-w-md content-start gap-6" noValidate>
            {problem ? <Notice tone="bad">{problem}</Notice> : null}
            <div className="grid gap-1.5">
              <p className="text-sm font-medium">No camera? Type this into the app</p>
              <p className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
                <code data-testid="totp-secret" className="min-w-0 flex-1 font-mono break-all">{secret}</code>
                <CopyButton text={secret} label="Copy secret" />
              </p>
            </div>
            <TextField label="Code" name="code" required inputMode="numeric" autoComplete="one-time-code" maxLength={7} hint="The six digits that the app shows now." error={fieldError(state, "code")} />
            <div>
              <SubmitButton>Turn on</SubmitButton>
            </div>
          </form>
        </div>
      </CardBody>
    </Card>
  );
}
