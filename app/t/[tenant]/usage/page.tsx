import type { Metadata } from "next";
import { UsageNotices } from "@/app/t/[tenant]/usage-notices";
import { UsageGroupTable } from "@/components/usage/usage-group-table";
import { UsageTotals } from "@/components/usage/usage-totals";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { UsageChart } from "@/components/usage/usage-chart";
import { formatCount, formatMinutesOf } from "@/lib/core/format";
import { utcDaysBetween } from "@/lib/core/time";
import { requireTenantPage } from "@/lib/http/page";
import type { Quantities, UsageRow } from "@/lib/usage/schema";
import { getUsage } from "@/lib/usage/service";

export const metadata: Metadata = { title: "Usage" };

export default async function UsagePage({ params }: { params: Promise<{ tenant: string }> }) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "usage:read");
  const { tenant, period, usage, caps } = admission;
  const [byDay, byAgent, byKey] = await Promise.all([
    getUsage(tenant.id, period, { group_by: "day" }),
    getUsage(tenant.id, period, { group_by: "agent" }),
    getUsage(tenant.id, period, { group_by: "key" }),
  ]);
  const { total } = byDay;
  return (
    <>
      <PageHeader title="Usage" description={`This period: ${day(period.start)} to ${day(new Date(period.end.getTime() - 1))}, UTC. Charts follow the work by about a second.`} />
      <UsageNotices by={admission} mayDismiss={allows("caps:write")} />
      <div className="grid grid-cols-1 gap-8">
        <UsageTotals total={total} usage={usage} caps={caps} />
        <Card>
          <CardHeader title="Agent-minutes per day" />
          <CardBody>
            <UsageChart days={daily(byDay.data, period.start, "agent_ms")} format="minutes" caption={`${formatMinutesOf(total.agent_ms)} in this period, of ${formatMinutesOf(caps.ms)}.`} />
          </CardBody>
        </Card>
        <Card>
          <CardHeader title="API calls per day" />
          <CardBody>
            <UsageChart days={daily(byDay.data, period.start, "api_calls")} format="calls" caption={`${formatCount(total.api_calls)} in this period, of ${formatCount(caps.calls)}.`} />
          </CardBody>
        </Card>
        <UsageGroupTable title="By agent" none="No agent" rows={byAgent.data.filter(hasWork)} />
        <UsageGroupTable title="By API key" none="From the browser" rows={byKey.data} calls />
      </div>
    </>
  );
}

function daily(rows: UsageRow[], start: Date, meter: keyof Quantities) {
  const byDay = new Map(rows.map((row) => [row.key, row[meter]]));
  return utcDaysBetween(start, new Date()).map((date) => ({ date, value: byDay.get(date) ?? 0 }));
}

function hasWork(row: UsageRow): boolean {
  return row.agent_ms > 0 || row.model_micros > 0;
}

function day(at: Date): string {
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });
}
