"use client";

import { useActionState } from "react";
import { setOverrideAction } from "@/app/admin/tenants/[tenant]/actions";
import { limitWords } from "@/components/admin/limit-words";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { TextareaField, TextField } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useToast } from "@/components/ui/toast";
import { useWhenDone } from "@/components/ui/use-when-done";
import { OVERRIDE_FIELDS, OVERRIDES, type StaffTenant } from "@/lib/admin/schema";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** Agrees other limits with a workspace than its plan's, in a dialog. */
export function OverrideForm({ tenant }: { tenant: StaffTenant }) {
  const title = tenant.override ? "Change override" : "Set override";
  return (
    <FormDialog trigger={<Button variant="secondary" size="sm">{title}</Button>} title={`${title} of “${tenant.name}”`} description="An empty field stays as the plan has it. The reason is kept in the workspace’s audit log.">
      {(turn, close) => <Form key={turn} tenant={tenant} onDone={close} />}
    </FormDialog>
  );
}

function Form({ tenant, onDone }: { tenant: StaffTenant; onDone: () => void }) {
  const [state, action] = useActionState(setOverrideAction, { status: "idle" });
  const toast = useToast();
  useWhenDone(state, () => {
    toast("Override saved.");
    onDone();
  });
  const typed = (name: string, before: string): string => (state.status === "idle" ? before : typedValue(state, name));
  const problem = formError(state) ?? fieldError(state, "form");
  const { override, plan } = tenant;
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="workspace" value={tenant.id} />
      <div className="grid grid-cols-1 gap-x-4 gap-y-5 sm:grid-cols-2">
        {OVERRIDE_FIELDS.map((field) => {
          const value = override?.values[field] ?? null;
          return (
            <TextField
              key={field} label={OVERRIDES[field].label} name={field} inputMode="decimal" autoComplete="off" className="[&_input]:font-mono"
              defaultValue={typed(field, value === null ? "" : String(value / OVERRIDES[field].each))} error={fieldError(state, field)} hint={`Plan: ${limitWords(field, plan[field])}`}
            />
          );
        })}
      </div>
      <TextField label="Last day" name="expires_on" type="date" optional defaultValue={typed("expires_on", override?.expiresAt?.slice(0, 10) ?? "")} error={fieldError(state, "expires_on")} hint="It holds until this day ends in UTC. Empty: without an end." />
      <TextareaField label="Reason" name="reason" required rows={2} defaultValue={typed("reason", override?.reason ?? "")} error={fieldError(state, "reason")} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Save override</SubmitButton>
      </DialogFooter>
    </form>
  );
}
