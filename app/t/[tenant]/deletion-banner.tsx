"use client";

import { useActionState } from "react";
import { keepWorkspaceAction } from "@/app/t/[tenant]/settings/actions";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { Time } from "@/components/ui/time";
import { formError } from "@/lib/http/action-state";

type DeletionBannerProps = { tenant: string; deleteAfter: string; mayKeep: boolean };

/** On every page of a workspace whose deletion is asked for: when, and, for owners, the way back. `deleteAfter` is an ISO 8601 instant. */
export function DeletionBanner({ tenant, deleteAfter, mayKeep }: DeletionBannerProps) {
  const [state, action] = useActionState(keepWorkspaceAction, { status: "idle" });
  const problem = formError(state);
  return (
    <Notice tone="warn" title={<>This workspace will be deleted on <Time at={deleteAfter} look="absolute" /></>} className="mb-8">
      <p>Nothing runs until then, and everything can be read{mayKeep ? " and exported" : ". An owner can keep it"}.</p>
      {problem ? <p role="alert" className="mt-2 text-bad">{problem}</p> : null}
      {mayKeep ? (
        <form action={action} className="mt-3">
          <input type="hidden" name="tenant" value={tenant} />
          <SubmitButton variant="secondary">Keep workspace</SubmitButton>
        </form>
      ) : null}
    </Notice>
  );
}
