"use client";

import { useActionState, useState } from "react";
import { setContractAction } from "@/app/admin/tenants/[tenant]/contract-actions";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useToast } from "@/components/ui/toast";
import { useWhenDone } from "@/components/ui/use-when-done";
import { limitsBefore, REQUIRED_LIMITS, type StaffContract } from "@/lib/admin/contract/schema";
import { OVERRIDE_FIELDS, OVERRIDES, type StaffTenant } from "@/lib/admin/schema";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

type ContractFormProps = { tenant: StaffTenant; contract: StaffContract | null; sold: boolean };

/** Makes a contract with a workspace, or changes it, in a dialog. */
export function ContractForm(props: ContractFormProps) {
  const { tenant, contract } = props;
  return (
    <FormDialog
      className="max-w-2xl"
      trigger={<Button variant="secondary" size="sm">{contract ? "Change contract" : "Make contract"}</Button>}
      title={contract ? `Change the contract with “${tenant.name}”` : `Make a contract with “${tenant.name}”`}
      description={contract ? "Limits change within a second; a new price begins with the next month. The owners are told by mail." : "The Enterprise plan holds from the first day on, with these limits in place of all that were agreed so far. The owners are told by mail."}
    >
      {(turn, close) => <Form key={turn} {...props} onDone={close} />}
    </FormDialog>
  );
}

function Form({ tenant, contract, sold, onDone }: ContractFormProps & { onDone: () => void }) {
  const [state, action] = useActionState(setContractAction, { status: "idle" });
  const toast = useToast();
  useWhenDone(state, () => {
    toast("Contract saved.");
    onDone();
  });
  const typed = (name: string, before: string): string => (state.status === "idle" ? before : typedValue(state, name));
  const problem = formError(state);
  const [payment, setPayment] = useState<string>(contract?.payment ?? (sold ? "invoice" : "outside"));
  const limits = limitsBefore(tenant.override?.values);
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="workspace" value={tenant.id} />
      <div className="grid grid-cols-1 gap-x-4 gap-y-5 sm:grid-cols-2">
        <TextField label="Price a month, in $" name="price" required inputMode="decimal" autoComplete="off" className="[&_input]:font-mono" defaultValue={typed("price", contract ? String(contract.priceCents / 100) : "")} error={fieldError(state, "price")} />
        <SelectField label="Payment" name="payment" required value={payment} onChange={(event) => setPayment(event.target.value)} error={fieldError(state, "payment")}>
          {sold ? <option value="invoice">By invoice</option> : null}
          {sold ? <option value="card">By card</option> : null}
          <option value="outside">Outside of Stripe</option>
        </SelectField>
        {payment === "invoice" ? (
          <TextField label="Days until due" name="days_until_due" required inputMode="numeric" autoComplete="off" className="[&_input]:font-mono" defaultValue={typed("days_until_due", String(contract?.daysUntilDue ?? 30))} error={fieldError(state, "days_until_due")} />
        ) : null}
        {contract?.state === "in_force" ? null : (
          <TextField label="First day" name="starts_on" type="date" optional defaultValue={typed("starts_on", contract?.startsAt.slice(0, 10) ?? "")} error={fieldError(state, "starts_on")} hint="Begins at 00:00 UTC. Empty: at once." />
        )}
        <TextField label="Last day" name="last_day" type="date" optional defaultValue={typed("last_day", contract?.endsAt?.slice(0, 10) ?? "")} error={fieldError(state, "last_day")} hint="Ends with this day in UTC. Empty: it lasts until it is ended." />
      </div>
      <TextareaField label="Terms" name="terms" required rows={3} defaultValue={typed("terms", contract?.terms ?? "")} error={fieldError(state, "terms")} hint="The workspace’s owners can read them on their billing page." />
      <fieldset className="grid grid-cols-1 gap-x-4 gap-y-5 border-t pt-5 sm:grid-cols-2">
        <legend className="sr-only">Limits</legend>
        {OVERRIDE_FIELDS.map((field) => (
          <TextField
            key={field} label={OVERRIDES[field].label} name={field} inputMode="decimal" autoComplete="off" className="[&_input]:font-mono" required={REQUIRED_LIMITS.includes(field)} optional={!REQUIRED_LIMITS.includes(field)}
            defaultValue={typed(field, limits[field] ?? "")} error={fieldError(state, field)}
          />
        ))}
      </fieldset>
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <SubmitButton>Save contract</SubmitButton>
      </DialogFooter>
    </form>
  );
}
