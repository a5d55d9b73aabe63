"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { RunCourse } from "@/app/t/[tenant]/runs/[run]/run-course";
import { mergeSteps } from "@/components/runs/timeline";
import { useRunEvents } from "@/components/runs/use-run-events";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Live } from "@/components/ui/live";
import type { RunDto } from "@/lib/runs/schema";

/** How often a waiting run's place in the queue is asked for. */
const QUEUE_EVERY_MS = 3_000;
/** Several steps may end at once; one look at the database is enough for them. */
const REFRESH_AFTER_MS = 300;

/** A run that goes on: its output and steps as they come. What is stored is fetched again after each step, and with the end the whole page. */
export function LiveRun({ tenant, run }: { tenant: string; run: RunDto }) {
  const live = useRunEvents(tenant, run.id);
  const router = useRouter();
  const nowMs = useNow(live.started && live.run === null ? run.started_at : null);
  const stage = `${live.started} ${live.requeues} ${live.steps.filter((step) => step.done).length} ${live.run !== null}`;
  useEffect(() => {
    const timer = setTimeout(() => router.refresh(), REFRESH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [stage, router]);
  const waiting = run.status === "queued" && !live.started;
  return (
    <>
      {waiting ? <Live everyMs={QUEUE_EVERY_MS} /> : null}
      <Card>
        <CardHeader title="Output" description={live.connected ? undefined : "Connection lost, trying again. The run goes on."} />
        <CardBody>
          <div data-testid="run-output" aria-live="polite" className="min-h-24 whitespace-pre-wrap rounded-md bg-sunken p-4">
            {live.text || <span className="text-muted">{waiting ? queueWords(run.queue_position) : "Waiting for the first words."}</span>}
          </div>
        </CardBody>
      </Card>
      <RunCourse base={`/t/${tenant}`} steps={mergeSteps(run.steps, live.steps)} executedMs={run.usage.agent_ms} nowMs={nowMs} live requeues={live.requeues} />
    </>
  );
}

function queueWords(position: number | null): string {
  const before = position === null || position === 0 ? "It is next." : position === 1 ? "1 run is before it." : `${position} runs are before it.`;
  return `Waiting for a free slot. ${before} Waiting is not billed.`;
}

/** Milliseconds since a moment, counted by the browser's clock; nothing until the page stands. */
function useNow(since: string | null): number | undefined {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    if (since === null) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [since]);
  return since === null || now === null ? undefined : Math.max(0, now - Date.parse(since));
}
