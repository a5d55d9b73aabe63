import { WorkspaceLink } from "@/app/admin/billing/workspace-link";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";
import type { ComparisonReport } from "@/lib/admin/billing/schema";
import { STRIPE_CHECKS } from "@/lib/billing/comparison/schema";
import { formatCount } from "@/lib/core/format";

/** What the last comparison with Stripe found. */
export function ComparisonCard({ comparison }: { comparison: ComparisonReport | null }) {
  return (
    <Card>
      <CardHeader title="Comparison with Stripe" description="Once a day subscriptions, invoices of the last 35 days and reported overage are compared with what Stripe has. Differences are shown here and never put right by themselves." />
      <CardBody>{comparison ? <Outcome comparison={comparison} /> : <Notice>The first comparison has not ended yet. A worker makes one each day where plans are sold.</Notice>}</CardBody>
      {comparison && comparison.differences.length > 0 ? (
        <div className="border-t">
          <DataTable
            caption="Differences from Stripe"
            rows={comparison.differences.map((difference, at) => ({ ...difference, at }))}
            rowKey={({ at }) => String(at)}
            columns={[
              { id: "check", header: "Check", primary: true, className: "@2xl:whitespace-nowrap", cell: ({ check }) => <span title={STRIPE_CHECKS[check].says}>{STRIPE_CHECKS[check].label}</span> },
              { id: "tenant", header: "Workspace", cell: ({ tenant }) => <WorkspaceLink tenant={tenant} /> },
              { id: "subject", header: "What", className: "[overflow-wrap:anywhere] @max-2xl:col-span-full", cell: ({ subject }) => <span className="font-mono text-xs">{subject}</span> },
              { id: "expected", header: "At Stripe", className: "[overflow-wrap:anywhere]", cell: ({ expected }) => <span className="font-mono text-xs">{expected}</span> },
              { id: "found", header: "Here", className: "[overflow-wrap:anywhere]", cell: ({ found }) => <span className="font-mono text-xs">{found}</span> },
            ]}
          />
        </div>
      ) : null}
    </Card>
  );
}

function Outcome({ comparison: { total, tenants, finishedAt, differences } }: { comparison: ComparisonReport }) {
  // A comparison of nobody proves nothing.
  if (tenants === 0 && total === 0) return <Notice title="There was nothing to compare.">No workspace was a customer at Stripe yet, <Time at={finishedAt} />.</Notice>;
  const scope = tenants === 1 ? "One customer" : `${formatCount(tenants)} customers`;
  if (total === 0) return <Notice tone="ok" title="Stripe has what stands here.">{scope}, <Time at={finishedAt} />.</Notice>;
  return (
    <Notice tone="bad" title={total === 1 ? "One difference" : `${formatCount(total)} differences`}>
      {scope}, <Time at={finishedAt} />.{differences.length < total ? ` The first ${formatCount(differences.length)} are below.` : null}
    </Notice>
  );
}
