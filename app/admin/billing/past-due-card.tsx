import { WorkspaceLink } from "@/app/admin/billing/workspace-link";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { PastDue } from "@/lib/admin/billing/schema";
import { requirePlan } from "@/lib/billing/service";
import { formatMoneyCents } from "@/lib/core/format";

/** Whose payment is missing, the longest first. */
export function PastDueCard({ accounts }: { accounts: PastDue[] }) {
  return (
    <Card>
      <CardHeader title="Past due" description="A plan stays in force for seven days after a payment failed; then the Free limits hold until it is paid." className="pb-4" />
      {accounts.length === 0 ? (
        <CardBody className="pt-0 text-sm text-muted">Everybody has paid.</CardBody>
      ) : (
        <DataTable
          caption="Past due"
          rows={accounts}
          rowKey={(account) => account.tenant.id}
          columns={[
            { id: "tenant", header: "Workspace", primary: true, cell: (account) => <WorkspaceLink tenant={account.tenant} /> },
            { id: "plan", header: "Plan", cell: (account) => <span className="inline-flex items-center gap-2">{account.planId === null ? "None" : requirePlan(account.planId).name}{account.planInForce === account.planId ? null : <Badge tone="warn">{requirePlan(account.planInForce).name} limits</Badge>}</span> },
            { id: "customer", header: "Customer", wideOnly: true, cell: (account) => <span className="font-mono text-xs">{account.customerId}</span> },
            { id: "since", header: "Since", align: "right", cell: (account) => <Time at={account.since} /> },
            { id: "owed", header: "Owed", align: "right", cell: (account) => <span className="measured">{formatMoneyCents(account.owedCents)}</span> },
          ]}
        />
      )}
    </Card>
  );
}
