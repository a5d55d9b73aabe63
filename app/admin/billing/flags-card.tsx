import { SeeFlag } from "@/app/admin/billing/see-flag";
import { WorkspaceLink } from "@/app/admin/billing/workspace-link";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import type { BillingFlag } from "@/lib/admin/billing/schema";
import { formatMoneyCents } from "@/lib/core/format";

const KINDS = { refund: "Refund", dispute: "Dispute" } as const;

/** Refunds and disputes that nobody has looked at. */
export function FlagsCard({ flags }: { flags: BillingFlag[] }) {
  return (
    <Card>
      <CardHeader title="Refunds and disputes" description="Each stays here until somebody has looked. A plan is never changed by one." className="pb-4" />
      {flags.length === 0 ? (
        <CardBody className="pt-0 text-sm text-muted">Nothing to look at. A refund, or a payment that a bank wants back, appears here.</CardBody>
      ) : (
        <DataTable
          caption="Refunds and disputes"
          rows={flags}
          rowKey={(flag) => `${flag.tenant.id} ${flag.id}`}
          columns={[
            { id: "kind", header: "What", primary: true, cell: (flag) => <span className="inline-flex items-center gap-2"><Badge tone={flag.kind === "dispute" ? "bad" : "warn"}>{KINDS[flag.kind]}</Badge> <WorkspaceLink tenant={flag.tenant} /></span> },
            { id: "amount", header: "Amount", align: "right", cell: (flag) => <span className="measured">{formatMoneyCents(flag.amountCents)}</span> },
            { id: "status", header: "Status", cell: (flag) => <>{flag.status.replaceAll("_", " ")}{flag.reason ? <span className="text-muted">, {flag.reason.replaceAll("_", " ")}</span> : null}</> },
            { id: "invoice", header: "Invoice", wideOnly: true, cell: (flag) => <span className="font-mono text-xs">{flag.invoiceId ?? flag.chargeId}</span> },
            { id: "at", header: "When", align: "right", cell: (flag) => <Time at={flag.createdAt} /> },
            { id: "see", header: "", align: "right", cell: (flag) => <SeeFlag workspace={flag.tenant.id} flag={flag.id} what={`${flag.kind} of ${formatMoneyCents(flag.amountCents)}`} /> },
          ]}
        />
      )}
    </Card>
  );
}
