import type { Metadata } from "next";
import { UsageNotices } from "@/app/t/[tenant]/usage-notices";
import { StatementCard } from "@/components/billing/statement-card";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { UsageGroupTable } from "@/components/usage/usage-group-table";
import { UsageTotals } from "@/components/usage/usage-totals";
import { requirePlan } from "@/lib/billing/service";
import { statementOf } from "@/lib/billing/statement";
import { formatMoneyCents, formatMoneyMicros } from "@/lib/core/format";
import { requireTenantPage } from "@/lib/http/page";
import { getUsage } from "@/lib/usage/service";

export const metadata: Metadata = { title: "Billing" };

export default async function BillingPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "billing:read");
  const { tenant, period, usage, caps, overage } = admission;
  const plan = requirePlan(tenant.planId);
  const [byAgent, byKey] = await Promise.all([getUsage(tenant.id, period, { group_by: "agent" }), getUsage(tenant.id, period, { group_by: "key" })]);
  const day = (at: Date) => at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return (
    <>
      <PageHeader title="Billing" description="What this period includes, what was used, and what it costs." />
      <UsageNotices by={admission} mayDismiss={allows("caps:write")} />
      <div className="grid grid-cols-1 gap-8">
        <div className="grid gap-8 md:grid-cols-2">
          <Card>
            <CardHeader title={`${plan.name} plan`} description={plan.priceCents === null ? "Priced by contract." : `${formatMoneyCents(plan.priceCents)} a month.`} />
            <CardBody className="grid grid-cols-1 gap-2">
              <p>
                Period: <span className="font-mono">{day(period.start)}</span> to <span className="font-mono">{day(new Date(period.end.getTime() - 1))}</span>, UTC.
              </p>
              <p className="text-muted">
                {overage.enabled
                  ? `Overage is on: past the quotas minutes and model spend may add at most ${formatMoneyMicros(overage.spendLimitMicros)} to this period.`
                  : "Overage is off: work stops at the quota, so the period cannot cost more than the plan."}
              </p>
            </CardBody>
          </Card>
          <StatementCard statement={statementOf(plan, usage.ms)} />
        </div>
        <UsageTotals total={byKey.total} usage={usage} caps={caps} />
        <UsageGroupTable title="By agent" none="No agent" rows={byAgent.data.filter((row) => row.agent_ms > 0 || row.model_micros > 0)} />
        <UsageGroupTable title="By API key" none="From the browser" rows={byKey.data} calls />
      </div>
    </>
  );
}
