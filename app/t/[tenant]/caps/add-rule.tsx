"use client";

import { useActionState } from "react";
import { addAlertRuleAction } from "@/app/t/[tenant]/caps/actions";
import { SelectField, TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** A threshold of one's own, of the workspace or of a key that has a cap of its own. */
export function AddRule({ tenant, keys }: { tenant: string; keys: { id: string; name: string }[] }) {
  const [state, action] = useActionState(addAlertRuleAction, { status: "idle" });
  const problem = formError(state);
  const subject = typedValue(state, "subject") || "agent_ms";
  return (
    <form action={action} noValidate className="grid content-start gap-4">
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <input type="hidden" name="tenant" value={tenant} />
      <div className="grid grid-cols-1 items-start gap-4 sm:grid-cols-[8rem_minmax(0,1fr)]">
        <TextField label="Alert at percent" name="percent" inputMode="numeric" autoComplete="off" className="[&_input]:font-mono" placeholder="50" defaultValue={typedValue(state, "percent")} error={fieldError(state, "percent")} />
        {/* A form is reset after its action: a new element takes what was sent for its default. */}
        <SelectField key={subject} label="Of" name="subject" defaultValue={subject} error={fieldError(state, "subject")}>
          <option value="agent_ms">Agent-minutes</option>
          <option value="model_micros">Model spend</option>
          <option value="api_calls">API calls</option>
          {keys.length > 0 ? (
            <optgroup label="Minutes of a key">
              {keys.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
            </optgroup>
          ) : null}
        </SelectField>
      </div>
      <p className="text-xs text-muted">
        One that is passed already is told now. {keys.length === 0 ? "A key that is given a cap of its own can have thresholds, too." : ""}
      </p>
      <div>
        <SubmitButton variant="secondary">Add threshold</SubmitButton>
      </div>
    </form>
  );
}
