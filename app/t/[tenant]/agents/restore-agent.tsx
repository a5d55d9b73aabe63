"use client";

import { useTransition } from "react";
import { useRestoreAgent } from "@/app/t/[tenant]/agents/use-restore-agent";
import { Button } from "@/components/ui/button";

/** Brings an archived agent back. */
export function RestoreAgent({ tenant, id, name }: { tenant: string; id: string; name: string }) {
  const restore = useRestoreAgent(tenant);
  const [pending, start] = useTransition();
  return (
    <Button size="sm" loading={pending} onClick={() => start(() => restore(id, name))}>
      Restore
    </Button>
  );
}
