"use client";

import { useActionState } from "react";
import { reconcileTenantAction } from "@/app/admin/actions";
import { DifferenceTable } from "@/app/admin/difference-table";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { SubmitButton } from "@/components/ui/submit-button";
import { Time } from "@/components/ui/time";
import { fieldError, formError, typedValue } from "@/lib/http/action-state";

/** Compares one workspace now and shows what it comes to. Without a given workspace it asks for its address. */
export function ReconcileTenant({ workspace }: { workspace?: string }) {
  const [state, action] = useActionState(reconcileTenantAction, { status: "idle" });
  const outcome = state.status === "done" ? state.data : null;
  const problem = formError(state) ?? (workspace ? fieldError(state, "workspace") : undefined);
  return (
    <form action={action} className="grid grid-cols-1 gap-4" noValidate>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {workspace ? (
        <div>
          <input type="hidden" name="workspace" value={workspace} />
          <SubmitButton variant="secondary">Reconcile now</SubmitButton>
        </div>
      ) : (
        <div className="flex flex-wrap items-start gap-2">
          <TextField
            label="Workspace" name="workspace" autoCapitalize="none" autoComplete="off" spellCheck={false} placeholder="its-address" className="min-w-0 flex-1 sm:max-w-xs [&_input]:font-mono"
            defaultValue={outcome?.workspace ?? typedValue(state, "workspace")} error={fieldError(state, "workspace")}
          />
          <SubmitButton variant="secondary" className="mt-[1.625rem]">Reconcile now</SubmitButton>
        </div>
      )}
      {outcome ? (
        <>
          <Notice tone={outcome.differences.length === 0 ? "ok" : "bad"}>
            {outcome.differences.length === 0
              ? "Runs, leases, counters, ledger and rollups agree."
              : `${outcome.differences.length === 1 ? "One difference" : `${outcome.differences.length} differences`}. Nothing was changed.`}{" "}
            <span className="text-muted">{workspace ? null : <span className="font-mono">{outcome.workspace} </span>}<Time at={outcome.at} /></span>
          </Notice>
          {outcome.differences.length > 0 ? <DifferenceTable differences={outcome.differences} ofOne /> : null}
        </>
      ) : null}
    </form>
  );
}
