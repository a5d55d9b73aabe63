import type { Metadata } from "next";
import { UsageNotices } from "@/app/t/[tenant]/usage-notices";
import { Card, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { gaugesOf } from "@/components/usage/gauges-of";
import { LiveCaps } from "@/components/usage/live-caps";
import { readTrialEnd } from "@/lib/billing/overview/service";
import { requirePlan } from "@/lib/billing/service";
import { formatExact } from "@/lib/core/format";
import { requireTenantPage } from "@/lib/http/page";
import { countRunsUnderWay } from "@/lib/runs/service";
import { toLiveUsage } from "@/lib/usage/live";
import { outlookOf } from "@/lib/usage/outlook";
import { getUsageReport } from "@/lib/usage/report";
import { addUp } from "@/lib/usage/quantities";
import { usageViewSchema } from "@/lib/usage/view";
import { CsvLink } from "@/app/t/[tenant]/usage/csv-link";
import { MeterTiles } from "@/app/t/[tenant]/usage/meter-tiles";
import { NothingUsed } from "@/app/t/[tenant]/usage/nothing-used";
import { UsageBreakdown } from "@/app/t/[tenant]/usage/usage-breakdown";
import { UsageChartCard } from "@/app/t/[tenant]/usage/usage-chart-card";
import { csvHref, viewHref } from "@/app/t/[tenant]/usage/view-links";
import { ViewSwitch } from "@/components/ui/view-switch";

export const metadata: Metadata = { title: "Usage" };

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Record<string, string | string[]>> };

const RANGES = [["today", "Today"], ["period", "This period"], ["year", "12 months"]] as const;
const GROUPS = [["agent", "Agent"], ["key", "API key"], ["meter", "Meter"]] as const;

export default async function UsagePage({ params, searchParams }: Props) {
  const { admission, allows } = await requireTenantPage((await params).tenant, "usage:read");
  const { tenant, period, caps } = admission;
  const view = usageViewSchema.parse(await searchParams);
  const now = new Date();
  const [report, underWay, trialEndsAt] = await Promise.all([getUsageReport(tenant.id, period, view, now), countRunsUnderWay(tenant.id), readTrialEnd(tenant.id)]);
  const total = addUp(report.groups);
  const used = Object.values(total).some((amount) => amount > 0);
  return (
    <>
      <PageHeader title="Usage" description="Numbers follow the work by about a second. Days and months are UTC." />
      <UsageNotices by={admission} mayDismiss={allows("caps:write")} />
      <LiveCaps
        tenant={tenant.slug}
        title={trialEndsAt ? "Used of the trial’s caps" : "Used of this period’s caps"}
        description={`${day(period.start)} to ${day(new Date(period.end.getTime() - 1))}, UTC. ${trialEndsAt ? `The trial of ${requirePlan(tenant.planId).name} ends then, and these caps are all that it has. ` : ""}Work stops at the cap.`}
        gauges={gaugesOf(admission, outlookOf(admission, report.recent, now))}
        drawn={toLiveUsage(admission, underWay)}
        periodEnd={period.end.toISOString()}
      />
      <ViewSwitch look="tabs" label="Range" options={RANGES.map(([range, label]) => ({ label, href: viewHref(tenant.slug, view, { range }), current: view.range === range }))} />
      {used ? (
        <div className="mt-6 grid grid-cols-1 gap-6">
          <MeterTiles slug={tenant.slug} view={view} total={total} />
          <UsageChartCard slug={tenant.slug} view={view} report={report} cap={{ minutes: caps.ms, spend: caps.micros, calls: caps.calls, tokens: null }[view.meter]} />
          <Card>
            <CardHeader
              title={view.by === "meter" ? "What was used" : "Who used it"}
              action={
                <>
                  <ViewSwitch look="small" label="Group by" options={GROUPS.map(([by, label]) => ({ label, href: viewHref(tenant.slug, view, { by }), current: view.by === by }))} />
                  <CsvLink href={csvHref(tenant.slug, report, view.by)} what={`usage by ${view.by}`} />
                </>
              }
              className="pb-3"
            />
            <UsageBreakdown view={view} rows={report.groups} />
          </Card>
          <p className="text-xs text-muted">
            Exactly <span className="measured text-ink" data-total-ms={total.agent_ms}>{formatExact(total.agent_ms, "minutes")}</span> executed and{" "}
            <span className="measured text-ink" data-total-calls={total.api_calls}>{formatExact(total.api_calls, "calls")}</span> counted in this time.
          </p>
        </div>
      ) : (
        <NothingUsed slug={tenant.slug} range={view.range} mayRun={allows("runs:write")} />
      )}
    </>
  );
}

function day(at: Date): string {
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });
}
