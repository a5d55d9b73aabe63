"use client";

import { useRouter } from "next/navigation";
import { restoreAgentAction } from "@/app/t/[tenant]/agents/actions";
import { useToast } from "@/components/ui/toast";
import { fieldError, formError } from "@/lib/http/action-state";

/** Brings an archived agent back and opens it; says why where that cannot be. */
export function useRestoreAgent(tenant: string): (id: string, name: string) => Promise<void> {
  const router = useRouter();
  const toast = useToast();
  return async (id, name) => {
    const form = new FormData();
    form.set("tenant", tenant);
    form.set("agent", id);
    const state = await restoreAgentAction({ status: "idle" }, form);
    if (state.status !== "done") {
      toast(formError(state) ?? fieldError(state, "agent") ?? `“${name}” could not be restored.`, "bad");
      return;
    }
    toast(`“${name}” is restored.`);
    router.push(`/t/${tenant}/agents/${id}`);
  };
}
