"use client";

import { useRouter } from "next/navigation";
import { archiveAgentAction } from "@/app/t/[tenant]/agents/actions";
import { useRestoreAgent } from "@/app/t/[tenant]/agents/use-restore-agent";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";
import { fieldError, formError } from "@/lib/http/action-state";

/** Archives an agent, and offers to take that back. */
export function ArchiveAgent({ tenant, id, name, slug }: { tenant: string; id: string; name: string; slug: string }) {
  const router = useRouter();
  const toast = useToast();
  const restore = useRestoreAgent(tenant);
  return (
    <ConfirmDialog
      trigger={<Button variant="danger-quiet">Archive</Button>}
      title={`Archive the agent “${name}”?`}
      confirmLabel="Archive agent"
      cancelLabel="Keep agent"
      onConfirm={async () => {
        const form = new FormData();
        form.set("tenant", tenant);
        form.set("agent", id);
        const state = await archiveAgentAction({ status: "idle" }, form);
        if (state.status !== "done") return formError(state) ?? fieldError(state, "agent");
        toast(`“${name}” is archived.`, "neutral", { label: "Undo", onPress: () => void restore(id, name) });
        router.push(`/t/${tenant}/agents`);
      }}
    >
      Nothing starts it any more, and calls to <span className="font-mono">{slug}</span> are refused. Runs under way go on; its runs and versions stay. It can be restored while its slug is free.
    </ConfirmDialog>
  );
}
