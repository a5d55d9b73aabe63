import { DifferenceTable } from "@/app/admin/difference-table";
import { ReconcileTenant } from "@/app/admin/reconcile-tenant";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";
import { formatCount, formatDuration } from "@/lib/core/format";
import type { SweepReport } from "@/lib/reconciliation/schema";

/** What the last sweep over everybody found, and a way to look at one workspace now. */
export function ReconciliationCard({ sweep }: { sweep: SweepReport | null }) {
  return (
    <Card>
      <CardHeader title="Reconciliation" description="Once a day runs, leases, counters, ledger and rollups of every workspace are compared. Differences are shown here and never put right by themselves." />
      <CardBody className="grid grid-cols-1 gap-6">
        {sweep ? <Outcome sweep={sweep} /> : <Notice>The first comparison has not ended yet. A worker makes one each day.</Notice>}
      </CardBody>
      {sweep && sweep.differences.length > 0 ? (
        <div className="border-t">
          <DifferenceTable differences={sweep.differences} />
        </div>
      ) : null}
      <CardBody className="border-t">
        <ReconcileTenant />
      </CardBody>
    </Card>
  );
}

function Outcome({ sweep }: { sweep: SweepReport }) {
  const { total, tenants, tookMs, finishedAt, differences } = sweep;
  const scope = `${tenants === 1 ? "One workspace" : `${formatCount(tenants)} workspaces`} in ${formatDuration(tookMs)}`;
  if (total === 0) return <Notice tone="ok" title="Runs, leases, counters, ledger and rollups agree.">{scope}, <Time at={finishedAt} />.</Notice>;
  return (
    <Notice tone="bad" title={total === 1 ? "One difference" : `${formatCount(total)} differences`}>
      {scope}, <Time at={finishedAt} />.{differences.length < total ? ` The first ${formatCount(differences.length)} are below; npm run reconcile tells them all.` : null}
    </Notice>
  );
}
