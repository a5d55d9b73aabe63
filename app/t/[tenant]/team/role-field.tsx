"use client";

import { useState } from "react";
import { ROLE_WORDS } from "@/components/team/role-words";
import { SelectField } from "@/components/ui/field";
import { fieldError, typedValue, type ActionState } from "@/lib/http/action-state";
import type { Role } from "@/lib/tenants/policy";

/** Chooses one of the roles that the user has to give, and says what it is for. */
export function RoleField({ state, roles, before }: { state: ActionState; roles: readonly Role[]; before: Role }) {
  const sent = state.status === "idle" ? before : typedValue(state, "role");
  const [role, setRole] = useState<string>(sent);
  const words = roles.find((one) => one === role);
  return (
    // A form is reset after its action: a new element takes what was sent for its default.
    <SelectField key={sent} label="Role" name="role" required defaultValue={sent} onChange={(event) => setRole(event.target.value)} error={fieldError(state, "role")} hint={words ? ROLE_WORDS[words].text : undefined}>
      {roles.map((one) => (
        <option key={one} value={one}>{ROLE_WORDS[one].name}</option>
      ))}
    </SelectField>
  );
}
