import { Card, CardBody } from "@/components/ui/card";
import { TickGauge } from "@/components/usage/tick-gauge";
import { formatCount } from "@/lib/core/format";
import type { Quantities } from "@/lib/usage/schema";

type UsageTotalsProps = {
  /** Sums of the rollups. */
  total: Quantities;
  /** What the caps are compared with: the rollups' source, a second ahead of them. */
  usage: { ms: number; micros: number; calls: number };
  caps: { ms: number; micros: number; calls: number };
};

/** The period's usage against its caps, with the exact sums below. */
export function UsageTotals({ total, usage, caps }: UsageTotalsProps) {
  return (
    <Card>
      <CardBody className="grid grid-cols-1 gap-8">
        <div className="grid gap-8 md:grid-cols-3">
          <TickGauge label="Agent-minutes" used={usage.ms} cap={caps.ms} format="minutes" />
          <TickGauge label="API calls" used={usage.calls} cap={caps.calls} format="calls" />
          <TickGauge label="Model spend" used={usage.micros} cap={caps.micros} format="money" />
        </div>
        <p className="text-muted">
          To the millisecond: <span className="font-mono text-ink" data-total-ms={total.agent_ms}>{formatCount(total.agent_ms)} ms</span> executed,{" "}
          <span className="font-mono text-ink" data-total-calls={total.api_calls}>{formatCount(total.api_calls)}</span> API calls.
        </p>
      </CardBody>
    </Card>
  );
}
