"use client";

import { endContractAction } from "@/app/admin/tenants/[tenant]/contract-actions";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { Time } from "@/components/ui/time";
import type { StaffContract } from "@/lib/admin/contract/schema";
import { formError } from "@/lib/http/action-state";

/** Ends a contract: with the month that is paid at Stripe, else at once. */
export function EndContract({ workspace, name, contract }: { workspace: string; name: string; contract: StaffContract }) {
  const paidUntil = contract.state === "in_force" && contract.account?.planId === "enterprise" ? contract.account.periodEnd : null;
  return (
    <ConfirmDialog
      trigger={<Button variant="ghost" size="sm">End contract</Button>}
      title={`End the contract with “${name}”?`}
      confirmLabel="End contract"
      cancelLabel="Keep contract"
      onConfirm={async () => {
        const form = new FormData();
        form.set("workspace", workspace);
        form.set("when", paidUntil ? "period" : "now");
        return formError(await endContractAction({ status: "idle" }, form));
      }}
    >
      {contract.state === "coming"
        ? "It never begins, and the limits that were agreed with it are taken back."
        : <>It ends {paidUntil ? <>with the month that is billed, on <Time at={paidUntil} look="absolute" /></> : "now"}. Then the plan and its limits are those of a workspace that has bought none; what does not fit is read-only, nothing is deleted. The owners are told by mail.</>}
    </ConfirmDialog>
  );
}
