import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { comparison } from "@/components/usage/comparison";
import { UsageChart } from "@/components/usage/usage-chart";
import type { UsageReport } from "@/lib/usage/report";
import { BARS, PAGE_METERS, type UsageView } from "@/lib/usage/view";
import { CsvLink } from "@/app/t/[tenant]/usage/csv-link";
import { csvHref, viewHref } from "@/app/t/[tenant]/usage/view-links";
import { ViewSwitch } from "@/components/ui/view-switch";

/** `cap`: where the meter is refused in this period, in its own unit; null: it has no cap of its own. */
type UsageChartCardProps = { slug: string; view: UsageView; report: UsageReport; cap: number | null };

/** The picture of a view: its bars, and for the period also the total so far with the cap as a line. */
export function UsageChartCard({ slug, view, report, cap }: UsageChartCardProps) {
  const { per, group } = BARS[view.range];
  const { name, measure } = PAGE_METERS[view.meter];
  const capped = view.range === "period" && cap !== null;
  const running = capped && view.chart === "total";
  return (
    <Card>
      <CardHeader
        title={`${name} ${running ? "so far, day by day" : `per ${per}`}, UTC`}
        description={comparison(report.total, report.before, view.range) ?? undefined}
        action={
          <>
            {capped ? (
              <ViewSwitch
                look="small"
                label="Bars"
                options={[
                  { label: "Per day", href: viewHref(slug, view, { chart: "each" }), current: !running },
                  { label: "Total so far", href: viewHref(slug, view, { chart: "total" }), current: running },
                ]}
              />
            ) : null}
            <CsvLink href={csvHref(slug, report, group)} what={`usage by ${group}`} />
          </>
        }
      />
      <CardBody>
        <UsageChart bars={report.bars} per={per} format={measure} caption={`${name} per ${per}, UTC`} view={running ? "running" : "each"} {...(running && cap !== null ? { quotaLine: cap } : {})} />
      </CardBody>
    </Card>
  );
}
