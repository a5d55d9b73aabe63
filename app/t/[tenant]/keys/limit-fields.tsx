"use client";

import { useState } from "react";
import { SelectField, TextareaField, TextField } from "@/components/ui/field";
import { fieldError, typedValue, type ActionState } from "@/lib/http/action-state";
import type { KeyDto } from "@/lib/keys/schema";

/** The limits of a key in its forms. With `of` they start as that key has them. */
export function LimitFields({ state, of }: { state: ActionState; of?: KeyDto }) {
  const typed = (name: string, before: string): string => (state.status === "idle" ? before : typedValue(state, name));
  const [expires, setExpires] = useState(typed("expires", of ? "keep" : "none"));
  return (
    <>
      <SelectField label="Ends" name="expires" value={expires} onChange={(event) => setExpires(event.target.value)}>
        {of ? <option value="keep">{of.expires_at ? `As now: ${of.expires_at.slice(0, 10)}` : "As now: never"}</option> : null}
        <option value="none">Never</option>
        <option value="30">In 30 days</option>
        <option value="90">In 90 days</option>
        <option value="365">In 365 days</option>
        <option value="date">On a day of your choice</option>
      </SelectField>
      {expires === "date" ? <TextField label="Last day" name="expires_on" type="date" required defaultValue={typed("expires_on", "")} error={fieldError(state, "expires_on")} hint="It works until this day ends in UTC." /> : null}
      <TextareaField
        label="Allowed networks" name="allowed_cidrs" optional rows={2} spellCheck={false} placeholder="203.0.113.0/24"
        defaultValue={typed("allowed_cidrs", of?.allowed_cidrs.join("\n") ?? "")} error={fieldError(state, "allowed_cidrs")} hint="IPv4 or IPv6, one a line. Empty: from anywhere."
      />
      <div className="grid grid-cols-1 gap-6 sm:grid-cols-2">
        <TextField label="Requests a minute" name="requests_per_minute" optional inputMode="numeric" defaultValue={typed("requests_per_minute", of?.requests_per_minute?.toString() ?? "")} error={fieldError(state, "requests_per_minute")} hint="Beside the workspace’s own limit." />
        <TextField label="Minutes a period" name="monthly_cap_minutes" optional inputMode="numeric" defaultValue={typed("monthly_cap_minutes", of?.monthly_cap_minutes?.toString() ?? "")} error={fieldError(state, "monthly_cap_minutes")} hint="Its runs stop there." />
      </div>
    </>
  );
}
