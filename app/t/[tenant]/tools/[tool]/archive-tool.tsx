"use client";

import { useRouter } from "next/navigation";
import { archiveToolAction } from "@/app/t/[tenant]/tools/actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { fieldError, formError } from "@/lib/http/action-state";

export function ArchiveTool({ tenant, id, name }: { tenant: string; id: string; name: string }) {
  const router = useRouter();
  return (
    <ConfirmDialog
      trigger={<Button variant="danger-quiet">Archive</Button>}
      title={`Archive the tool “${name}”?`}
      confirmLabel="Archive tool"
      cancelLabel="Keep tool"
      onConfirm={async () => {
        const form = new FormData();
        form.set("tenant", tenant);
        form.set("tool", id);
        const state = await archiveToolAction({ status: "idle" }, form);
        const problem = formError(state) ?? fieldError(state, "tool");
        if (problem === undefined) router.push(`/t/${tenant}/tools`);
        return problem;
      }}
    >
      No run finds it any more, and its headers are deleted. Runs that have begun go on with it. It cannot be undone; its name is free again.
    </ConfirmDialog>
  );
}
