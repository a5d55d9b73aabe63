"use client";

import { useActionState } from "react";
import { inviteMemberAction } from "@/app/t/[tenant]/team/actions";
import { RoleField } from "@/app/t/[tenant]/team/role-field";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";
import type { Role } from "@/lib/tenants/policy";

type InviteMemberProps = { tenant: string; roles: Role[] };

/** Invites an address in a dialog. `roles` are those that the user has to give. */
export function InviteMember({ tenant, roles }: InviteMemberProps) {
  return (
    <FormDialog trigger={<Button variant="primary">Invite member</Button>} title="Invite a member" description="They get a mail with a link that works once and for 7 days.">
      {(turn) => <InviteForm key={turn} tenant={tenant} roles={roles} />}
    </FormDialog>
  );
}

function InviteForm({ tenant, roles }: InviteMemberProps) {
  const [state, action] = useActionState(inviteMemberAction, { status: "idle" });
  if (state.status === "done") {
    return (
      <div className="grid gap-6">
        <Notice tone="ok" title="The invitation is on its way">It stands under “Open invitations” until it is accepted. It takes a seat from now on.</Notice>
        <DialogFooter>
          <DialogClose asChild>
            <Button variant="primary">Done</Button>
          </DialogClose>
        </DialogFooter>
      </div>
    );
  }
  const problem = formError(state);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <TextField label="E-mail" name="email" type="email" required autoFocus autoComplete="off" defaultValue={typedValue(state, "email")} error={fieldError(state, "email")} />
      <RoleField state={state} roles={roles} before="developer" />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Send invitation</SubmitButton>
      </DialogFooter>
    </form>
  );
}
