"use client";

import { useState } from "react";
import { ROLE_WORDS } from "@/components/team/role-words";
import { SelectField } from "@/components/ui/field";
import { fieldError, typedValue, type ActionState } from "@/lib/http/action-state";
import type { Role } from "@/lib/tenants/policy";

/** Chooses one of the roles that the user has to give, and says what it is for. */
export function RoleField({ state, roles, before }: { state: ActionState; roles: readonly Role[]; before: Role }) {
  const [role, setRole] = useState<string>(state.status === "idle" ? before : typedValue(state, "role"));
  const words = roles.find((one) => one === role);
  return (
    <SelectField label="Role" name="role" required value={role} onChange={(event) => setRole(event.target.value)} error={fieldError(state, "role")} hint={words ? ROLE_WORDS[words].text : undefined}>
      {roles.map((one) => (
        <option key={one} value={one}>{ROLE_WORDS[one].name}</option>
      ))}
    </SelectField>
  );
}
