import { Meter } from "@/app/t/[tenant]/caps/meter";
import { CountStrip } from "@/components/usage/count-strip";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { formatCount, formatDuration } from "@/lib/core/format";
import type { Forecasts } from "@/lib/caps/forecasts";
import type { CapsView } from "@/lib/caps/service";
import type { Admission } from "@/lib/limits/admission";

type LimitsCardProps = { by: Admission; counts: CapsView["counts"]; memberLimit: number | null; forecasts: Forecasts };

/** Every limit of the workspace with what is used of it now. */
export function LimitsCard({ by, counts, memberLimit, forecasts }: LimitsCardProps) {
  const { usage, caps, quotas, limits, period } = by;
  const end = period.end.toISOString();
  return (
    <Card>
      <CardHeader title="Your limits" description={`Used and held together never pass a cap. This period ends on ${end.slice(0, 10)} at ${end.slice(11, 16)} UTC.`} />
      <CardBody className="grid grid-cols-1 gap-8">
        <div className="grid grid-cols-1 gap-8 lg:grid-cols-3">
          <Meter label="Agent-minutes" used={usage.ms} leased={usage.leasedMs} cap={caps.ms} quota={quotas.ms} format="minutes" reachesAt={forecasts.ms} />
          <Meter label="Model spend" used={usage.micros} leased={usage.leasedMicros} cap={caps.micros} quota={quotas.micros} format="money" reachesAt={forecasts.micros} />
          <Meter label="API calls" used={usage.calls} leased={null} cap={caps.calls} quota={caps.calls} format="calls" reachesAt={forecasts.calls} />
        </div>
        <div className="grid grid-cols-1 gap-x-8 gap-y-6 border-t pt-6 sm:grid-cols-2 lg:grid-cols-4">
          <CountStrip label="Running runs" count={counts.running} limit={limits.concurrentRuns} note="More wait for a free slot." />
          <CountStrip label="Waiting runs" count={counts.queued} limit={limits.queueDepth} note="More are refused with 429." />
          <CountStrip label="Agents" count={counts.agents} limit={limits.agents} />
          <CountStrip label="Members" count={counts.members} limit={memberLimit} />
        </div>
        <dl className="grid grid-cols-1 gap-x-8 gap-y-2 border-t pt-6 text-sm sm:grid-cols-2">
          <Fact term="API requests a minute" value={formatCount(limits.requestsPerMinute)} note="of all keys together; more are refused with 429" />
          <Fact term="Longest run" value={formatDuration(limits.longestRunMs)} note="then it ends with what it has" />
        </dl>
      </CardBody>
    </Card>
  );
}

function Fact({ term, value, note }: { term: string; value: string; note: string }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-2">
      <dt>{term}</dt>
      <dd>
        <span className="measured">{value}</span> <span className="text-xs text-muted">{note}</span>
      </dd>
    </div>
  );
}
