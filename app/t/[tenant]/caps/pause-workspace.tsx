"use client";

import { pauseWorkspaceAction, resumeWorkspaceAction } from "@/app/t/[tenant]/caps/actions";
import { formOf } from "@/app/t/[tenant]/team/form-of";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { formError } from "@/lib/http/action-state";

const IDLE = { status: "idle" } as const;

export function PauseWorkspace({ tenant, running }: { tenant: string; running: number }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="danger-quiet">Pause workspace</Button>}
      title="Pause this workspace?"
      confirmLabel="Pause workspace"
      cancelLabel="Keep working"
      onConfirm={async () => formError(await pauseWorkspaceAction(IDLE, formOf({ tenant })))}
    >
      New runs are refused from now on. {running === 0 ? "No run is under way." : running === 1 ? "The one running run is stopped; its output so far is kept." : `The ${running} running runs are stopped; their output so far is kept.`} You can resume at any time; stopped runs do not come back.
    </ConfirmDialog>
  );
}

export function ResumeWorkspace({ tenant }: { tenant: string }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="primary">Resume workspace</Button>}
      title="Resume this workspace?"
      confirmLabel="Resume workspace"
      cancelLabel="Stay paused"
      tone="primary"
      onConfirm={async () => formError(await resumeWorkspaceAction(IDLE, formOf({ tenant })))}
    >
      Waiting runs begin at once and new ones are taken again. Runs that were stopped stay stopped.
    </ConfirmDialog>
  );
}
