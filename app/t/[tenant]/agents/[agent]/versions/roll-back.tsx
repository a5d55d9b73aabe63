"use client";

import { rollBackAgentAction } from "@/app/t/[tenant]/agents/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";
import { fieldError, formError } from "@/lib/http/action-state";

/** Makes an earlier version the newest again. */
export function RollBack({ tenant, agent, version, current }: { tenant: string; agent: string; version: number; current: number }) {
  const toast = useToast();
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm" aria-label={`Roll back to version ${version}`}>Roll back</Button>}
      title={`Roll back to version ${version}?`}
      confirmLabel="Roll back"
      cancelLabel={`Keep version ${current}`}
      tone="primary"
      onConfirm={async () => {
        const form = new FormData();
        form.set("tenant", tenant);
        form.set("agent", agent);
        form.set("version", String(version));
        const state = await rollBackAgentAction({ status: "idle" }, form);
        if (state.status !== "done") return formError(state) ?? fieldError(state, "agent") ?? fieldError(state, "version");
        toast(state.data.version === current ? `Version ${current} says the same as version ${version}.` : `Version ${state.data.version} is what version ${version} was.`);
      }}
    >
      What version {version} says becomes a new version, and the next runs execute it. The name stays as it is, and so does the history: you can come back to version {current} in the same way.
    </ConfirmDialog>
  );
}
