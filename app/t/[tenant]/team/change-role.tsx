"use client";

import { useActionState } from "react";
import { changeRoleAction } from "@/app/t/[tenant]/team/actions";
import { RoleField } from "@/app/t/[tenant]/team/role-field";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useWhenDone } from "@/components/ui/use-when-done";
import { formError } from "@/lib/http/action-state";
import type { Member } from "@/lib/tenants/members";
import type { Role } from "@/lib/tenants/policy";

type ChangeRoleProps = { tenant: string; of: Member; roles: Role[] };

/** Gives a member another role in a dialog. `roles` are those that the user has to give. */
export function ChangeRole({ tenant, of, roles }: ChangeRoleProps) {
  return (
    <FormDialog trigger={<Button variant="ghost" size="sm">Change role</Button>} title={`Change the role of ${of.name}`} description="It holds from their next request on, for their keys too.">
      {(turn, close) => <ChangeRoleForm key={turn} tenant={tenant} of={of} roles={roles} onDone={close} />}
    </FormDialog>
  );
}

function ChangeRoleForm({ tenant, of, roles, onDone }: ChangeRoleProps & { onDone: () => void }) {
  const [state, action] = useActionState(changeRoleAction, { status: "idle" });
  useWhenDone(state, onDone);
  const problem = formError(state);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <input type="hidden" name="member" value={of.id} />
      <RoleField state={state} roles={roles} before={of.role} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Keep role</Button>
        </DialogClose>
        <SubmitButton>Save role</SubmitButton>
      </DialogFooter>
    </form>
  );
}
