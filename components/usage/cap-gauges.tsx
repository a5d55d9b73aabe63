import { Time } from "@/components/ui/time";
import { TickGauge } from "@/components/usage/tick-gauge";
import type { Measure } from "@/lib/core/format";

/** One meter against its cap. `quota`: what the plan includes, where overage lets the cap lie beyond. `reachesAt`: an ISO 8601 instant, when there is one to foresee. */
export type CapGauge = { label: string; used: number; cap: number; quota: number; format: Measure; reachesAt: string | null };

/** Used against cap, meter by meter. With `periodEnd`, an ISO 8601 instant, each says how far it will last. */
export function CapGauges({ gauges, periodEnd }: { gauges: readonly CapGauge[]; periodEnd?: string }) {
  return (
    <div className="grid gap-8 md:grid-cols-3">
      {gauges.map((gauge) => (
        <div key={gauge.label} className="min-w-0">
          <TickGauge label={gauge.label} used={gauge.used} cap={gauge.cap} quota={gauge.quota} format={gauge.format} />
          {periodEnd ? <p className="mt-2 text-xs text-muted"><Outlook gauge={gauge} periodEnd={periodEnd} /></p> : null}
        </div>
      ))}
    </div>
  );
}

function Outlook({ gauge: { used, cap, reachesAt }, periodEnd }: { gauge: CapGauge; periodEnd: string }) {
  if (used >= cap) return <>Nothing is left until the next period, from <Time at={periodEnd} look="absolute" /> on.</>;
  if (reachesAt) return <>At this pace you reach the cap on <Time at={reachesAt} look="absolute" className="font-medium text-ink" />.</>;
  return used > 0 ? <>At this pace it lasts the period.</> : <>Nothing used yet in this period.</>;
}
