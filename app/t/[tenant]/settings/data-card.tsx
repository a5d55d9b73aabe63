"use client";

import { useActionState } from "react";
import { updateRetentionAction } from "@/app/t/[tenant]/settings/actions";
import { SettingsForm } from "@/app/t/[tenant]/settings/settings-form";
import { SelectField } from "@/components/ui/field";
import { fieldError, typedValue } from "@/lib/http/action-state";
import { RETENTION_DAYS } from "@/lib/tenants/settings/schema";

/** How long contents of runs are kept. */
export function DataCard({ tenant, days }: { tenant: string; days: number }) {
  const [state, action] = useActionState(updateRetentionAction, { status: "idle" });
  const chosen = typedValue(state, "content_retention_days") || String(days);
  return (
    <SettingsForm tenant={tenant} title="Data" description="How long the contents of runs are kept. What was metered stays." save="Save time" state={state} action={action}>
      <SelectField
        key={chosen} label="Keep inputs and outputs of runs for" name="content_retention_days" required defaultValue={chosen} error={fieldError(state, "content_retention_days")} className="max-w-xs"
        hint="Counted from the end of a run; events go with them. After a shorter time is saved, what is older is deleted within the hour and cannot be had back."
      >
        {RETENTION_DAYS.map((one) => (
          <option key={one} value={one}>{one === 1 ? "1 day" : `${one} days`}</option>
        ))}
      </SelectField>
    </SettingsForm>
  );
}
