"use client";

import { useActionState, useState, type SyntheticEvent } from "react";
import { adjustUsageAction } from "@/app/admin/tenants/[tenant]/actions";
import { periodWords } from "@/components/admin/period-words";
import { Button } from "@/components/ui/button";
import { DialogClose, DialogFooter } from "@/components/ui/dialog";
import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { useToast } from "@/components/ui/toast";
import { useWhenDone } from "@/components/ui/use-when-done";
import { METER_IDS, METERS, readQuantity, type Meter, type Period } from "@/lib/admin/schema";
import { formatMeasure } from "@/lib/core/format";
import { fieldError, formError } from "@/lib/http/action-state";

type Draft = { period: string; meter: Meter; quantity: string; reason: string };

/** Corrects a period's usage in a dialog of two steps: what to change, then what it comes to. */
export function AdjustUsage({ workspace, name, periods }: { workspace: string; name: string; periods: Period[] }) {
  return (
    <FormDialog trigger={<Button variant="secondary" size="sm">Correct usage</Button>} title={`Correct the usage of “${name}”`} description="What was used stays in the ledger; the correction is added to it.">
      {(turn, close) => <Steps key={turn} workspace={workspace} periods={periods} onDone={close} />}
    </FormDialog>
  );
}

function Steps({ workspace, periods, onDone }: { workspace: string; periods: Period[]; onDone: () => void }) {
  const [draft, setDraft] = useState<Draft>({ period: periods[0]?.start ?? "", meter: "agent_ms", quantity: "", reason: "" });
  const [checked, setChecked] = useState(false);
  return checked ? <Confirm workspace={workspace} periods={periods} draft={draft} onBack={() => setChecked(false)} onDone={onDone} /> : <Ask periods={periods} draft={draft} onChange={setDraft} onChecked={() => setChecked(true)} />;
}

function Ask({ periods, draft, onChange, onChecked }: { periods: Period[]; draft: Draft; onChange: (draft: Draft) => void; onChecked: () => void }) {
  const [faults, setFaults] = useState<Partial<Draft>>({});
  const set = (field: keyof Draft) => (event: { target: { value: string } }) => onChange({ ...draft, [field]: event.target.value });
  function check(event: SyntheticEvent) {
    event.preventDefault();
    const found: Partial<Draft> = {
      ...(readQuantity(draft.quantity, draft.meter) === null ? { quantity: "Type how much to add, or to take away with a minus." } : {}),
      ...(draft.reason.trim().length < 3 ? { reason: "Say why; it is kept in the audit log." } : {}),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) onChecked();
  }
  return (
    <form onSubmit={check} className="grid grid-cols-1 gap-6" noValidate>
      <SelectField label="Period" name="period" value={draft.period} onChange={set("period")}>
        {periods.map((period) => <option key={period.start} value={period.start}>{periodWords(period)}</option>)}
      </SelectField>
      <div className="grid grid-cols-1 gap-x-4 gap-y-6 sm:grid-cols-2">
        <SelectField label="Meter" name="meter" value={draft.meter} onChange={set("meter")}>
          {METER_IDS.map((meter) => <option key={meter} value={meter}>{METERS[meter].label}</option>)}
        </SelectField>
        <TextField label={`Change, in ${METERS[draft.meter].unit}`} name="quantity" required autoComplete="off" placeholder="-12.5" className="[&_input]:font-mono" value={draft.quantity} onChange={set("quantity")} error={faults.quantity} />
      </div>
      <TextareaField label="Reason" name="reason" required rows={2} maxLength={500} value={draft.reason} onChange={set("reason")} error={faults.reason} />
      <DialogFooter>
        <DialogClose asChild>
          <Button type="button" variant="secondary">Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary">Review correction</Button>
      </DialogFooter>
    </form>
  );
}

function Confirm({ workspace, periods, draft, onBack, onDone }: { workspace: string; periods: Period[]; draft: Draft; onBack: () => void; onDone: () => void }) {
  const [state, action] = useActionState(adjustUsageAction, { status: "idle" });
  const toast = useToast();
  useWhenDone(state, () => {
    toast("Usage corrected.");
    onDone();
  });
  const { format, label } = METERS[draft.meter];
  const period = periods.find(({ start }) => start === draft.period);
  const before = period?.[draft.meter] ?? 0;
  const after = before + (readQuantity(draft.quantity, draft.meter) ?? 0);
  const problem = formError(state) ?? fieldError(state, "quantity") ?? fieldError(state, "period") ?? fieldError(state, "reason");
  return (
    <form action={action} className="grid grid-cols-1 gap-6" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="workspace" value={workspace} />
      {(["period", "meter", "quantity", "reason"] as const).map((field) => <input key={field} type="hidden" name={field} value={draft[field]} />)}
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
        <dt className="text-muted">Period</dt>
        <dd className="text-right">{period ? periodWords(period) : ""}</dd>
        <dt className="text-muted">{label} before</dt>
        <dd className="measured text-right">{formatMeasure(before, format)}</dd>
        <dt className="text-muted">{label} after</dt>
        <dd className="measured text-right font-medium" data-testid="after">{after < 0 ? "less than nothing" : formatMeasure(after, format)}</dd>
        <dt className="text-muted">Reason</dt>
        <dd className="col-span-2 break-words">{draft.reason}</dd>
      </dl>
      <DialogFooter>
        <Button type="button" variant="secondary" onClick={onBack}>Back</Button>
        <SubmitButton>Correct usage</SubmitButton>
      </DialogFooter>
    </form>
  );
}
