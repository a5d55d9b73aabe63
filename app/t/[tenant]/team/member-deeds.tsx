"use client";

import { useRouter } from "next/navigation";
import { leaveWorkspaceAction, removeMemberAction, transferOwnershipAction } from "@/app/t/[tenant]/team/actions";
import { formOf } from "@/app/t/[tenant]/team/form-of";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { formError } from "@/lib/http/action-state";
import type { Member } from "@/lib/tenants/members";

const IDLE = { status: "idle" } as const;

/** What becomes of somebody's keys when they go. */
const keysStop = (whose: string, count: number): string => (count === 0 ? "" : ` ${count === 1 ? `The API key that ${whose} created stops` : `The ${count} API keys that ${whose} created stop`} working now.`);

export function RemoveMember({ tenant, of }: { tenant: string; of: Member }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">Remove</Button>}
      title={`Remove ${of.name} from this workspace?`}
      confirmLabel="Remove member"
      cancelLabel="Keep member"
      onConfirm={async () => formError(await removeMemberAction(IDLE, formOf({ tenant, member: of.id })))}
    >
      They cannot enter any more from now on.{keysStop("they", of.workingKeys)} Runs and agents stay. You can invite them again.
    </ConfirmDialog>
  );
}

export function HandOver({ tenant, to }: { tenant: string; to: Member }) {
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">Hand over</Button>}
      title={`Make ${to.name} the owner in your place?`}
      confirmLabel="Hand over ownership"
      cancelLabel="Stay owner"
      onConfirm={async () => formError(await transferOwnershipAction(IDLE, formOf({ tenant, member: to.id })))}
    >
      They may then do everything here, billing and deleting the workspace too. You become an admin, and only an owner can make you one again.
    </ConfirmDialog>
  );
}

export function LeaveWorkspace({ tenant, workingKeys }: { tenant: string; workingKeys: number }) {
  const router = useRouter();
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">Leave</Button>}
      title="Leave this workspace?"
      confirmLabel="Leave workspace"
      cancelLabel="Stay"
      onConfirm={async () => {
        const state = await leaveWorkspaceAction(IDLE, formOf({ tenant }));
        if (state.status === "done") router.replace(state.data.to);
        return formError(state);
      }}
    >
      You cannot enter it any more from now on.{keysStop("you", workingKeys)} Everything you made stays. Only a new invitation lets you back in.
    </ConfirmDialog>
  );
}
