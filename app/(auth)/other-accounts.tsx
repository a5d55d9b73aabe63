"use client";

import { useActionState } from "react";
import { continueWithAction } from "@/app/(auth)/handshake-actions";
import { ProviderMark } from "@/components/account/provider-mark";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { formError } from "@/lib/http/action-state";
import { PROVIDER_NAMES, type Provider } from "@/lib/users/schema";

/** The ways in by an account elsewhere, below a form; nothing where none is set up. */
export function OtherAccounts({ providers, next }: { providers: readonly Provider[]; next: string }) {
  if (providers.length === 0) return null;
  return (
    <div className="grid gap-3">
      <p className="flex items-center gap-3 text-xs text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">or</p>
      {providers.map((provider) => (
        <ContinueWith key={provider} provider={provider} next={next} />
      ))}
    </div>
  );
}

function ContinueWith({ provider, next }: { provider: Provider; next: string }) {
  const [state, action] = useActionState(continueWithAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="grid gap-3">
      <input type="hidden" name="provider" value={provider} />
      <input type="hidden" name="next" value={next} />
      <SubmitButton variant="secondary">
        <ProviderMark provider={provider} />
        Continue with {PROVIDER_NAMES[provider]}
      </SubmitButton>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
    </form>
  );
}
