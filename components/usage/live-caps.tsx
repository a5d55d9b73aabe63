"use client";

import { CardBody, CardHeader, Card } from "@/components/ui/card";
import { CapGauges, type CapGauge } from "@/components/usage/cap-gauges";
import { useLiveUsage } from "@/components/usage/use-live-usage";
import type { LiveUsage } from "@/lib/usage/live";

type LiveCapsProps = { tenant: string; title: string; description: string; gauges: readonly CapGauge[]; drawn: LiveUsage; periodEnd?: string };

/** A workspace's caps and what is used of them, kept up to date while runs are under way, and how many are. */
export function LiveCaps({ tenant, title, description, gauges, drawn, periodEnd }: LiveCapsProps) {
  const live = useLiveUsage(tenant, drawn);
  const used: Record<CapGauge["format"], number | undefined> = { minutes: live.agent_ms.used, calls: live.api_calls.used, money: live.model_micros.used, tokens: undefined };
  return (
    <Card className="mb-8">
      <CardHeader title={title} description={description} action={<RunsUnderWay {...live.runs} />} />
      <CardBody>
        <CapGauges gauges={gauges.map((gauge) => ({ ...gauge, used: used[gauge.format] ?? gauge.used }))} {...(periodEnd ? { periodEnd } : {})} />
      </CardBody>
    </Card>
  );
}

function RunsUnderWay({ running, queued }: LiveUsage["runs"]) {
  const words = [running > 0 ? `${running} executing` : "", queued > 0 ? `${queued} waiting` : ""].filter(Boolean).join(", ");
  return (
    <p role="status" className="flex items-center gap-2 text-xs text-muted empty:hidden">
      {words ? (
        <>
          <span aria-hidden="true" className="size-2 animate-breathe rounded-full bg-accent" />
          <span><span className="font-medium text-ink">Live</span>: {words}</span>
        </>
      ) : null}
    </p>
  );
}
