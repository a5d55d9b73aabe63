"use client";

import { X } from "lucide-react";
import { useActionState } from "react";
import { dismissAlertAction } from "@/app/t/[tenant]/caps/actions";
import { SubmitButton } from "@/components/ui/submit-button";
import { formError } from "@/lib/http/action-state";

/** Takes a notice off everybody's pages. */
export function DismissNotice({ tenant, alert, title }: { tenant: string; alert: string; title: string }) {
  const [state, action] = useActionState(dismissAlertAction, { status: "idle" });
  const problem = formError(state);
  return (
    <form action={action} className="text-right">
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="alert" value={alert} />
      <SubmitButton variant="ghost" size="icon-sm" aria-label={`Dismiss: ${title}`} title="Dismiss">
        <X aria-hidden="true" />
      </SubmitButton>
      {problem ? <p role="alert" className="text-xs text-bad">{problem}</p> : null}
    </form>
  );
}
