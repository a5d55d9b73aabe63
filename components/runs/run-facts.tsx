import type { ReactNode } from "react";
import { Card, CardBody } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { formatCount, formatDuration, formatMinutesOf, formatMoneyMicros } from "@/lib/core/format";
import type { RunDto } from "@/lib/runs/schema";

/** What a run cost and when it happened. */
export function RunFacts({ run }: { run: RunDto }) {
  const { usage } = run;
  return (
    <Card>
      <CardBody>
        <dl className="grid grid-cols-2 gap-6 md:grid-cols-4">
          <Fact label="Duration"><span title={`${usage.agent_ms} ms`}>{formatDuration(usage.agent_ms)}</span></Fact>
          <Fact label="Agent-minutes"><span data-agent-ms={usage.agent_ms} title={`${usage.agent_ms} ms`}>{formatMinutesOf(usage.agent_ms)}</span></Fact>
          <Fact label="Tokens in">{formatCount(usage.input_tokens)}</Fact>
          <Fact label="Tokens out">{formatCount(usage.output_tokens)}</Fact>
          <Fact label="Model spend"><span title={`${usage.model_spend_micros} micro-dollars`}>{formatMoneyMicros(usage.model_spend_micros)}</span></Fact>
          <Fact label="Asked for"><Time at={run.created_at} /></Fact>
          <Fact label="Started">{run.started_at ? <Time at={run.started_at} /> : "not yet"}</Fact>
          <Fact label="Ended">{run.finished_at ? <Time at={run.finished_at} /> : "not yet"}</Fact>
          {usage.lost_ms > 0 ? <Fact label="Lost by us, not billed">{formatDuration(usage.lost_ms)}</Fact> : null}
        </dl>
      </CardBody>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="font-mono tabular-nums">{children}</dd>
    </div>
  );
}
