"use client";

import { RotateCcw } from "lucide-react";
import { EXAMPLE_AGENT, EXAMPLE_EVENTS, EXAMPLE_TOTAL_MS } from "@/components/marketing/example-run";
import { ReplayLanes } from "@/components/marketing/replay-lanes";
import { useReplayClock } from "@/components/marketing/use-replay-clock";
import { Button } from "@/components/ui/button";
import { RunStatusBadge } from "@/components/ui/status";
import { formatMinutesOf } from "@/lib/core/format";

/** Where the picture stands before scripts run: in the middle of the work. */
const FIRST_MS = 4_200;

function seconds(ms: number): string {
  return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
}

/** An example run, replayed at its own speed: its time, the time it has leased, and the pieces of its output. */
export function RunReplay({ sliceMs }: { sliceMs: number }) {
  const [nowMs, replay] = useReplayClock(FIRST_MS, EXAMPLE_TOTAL_MS);
  const ended = nowMs >= EXAMPLE_TOTAL_MS;
  const happened = EXAMPLE_EVENTS.filter((event) => event.atMs <= nowMs);
  const output = happened.map((event) => (event.type === "output.delta" ? event.data.text : "")).join("");

  return (
    <figure className="overflow-hidden rounded-lg border bg-surface" aria-label="An example run, replayed">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-3 sm:px-6">
        <span className="measured text-sm">{EXAMPLE_AGENT}</span>
        <RunStatusBadge status={ended ? "succeeded" : "running"} />
        <span className="ml-auto flex items-baseline gap-x-4">
          <span className="measured text-xs text-muted max-sm:hidden">{formatMinutesOf(nowMs)} used</span>
          <span className="measured min-w-[5ch] text-right text-2xl">{seconds(nowMs)}</span>
        </span>
      </div>
      <div className="px-4 pt-6 pb-4 sm:px-6">
        <ReplayLanes nowMs={nowMs} totalMs={EXAMPLE_TOTAL_MS} sliceMs={sliceMs} events={EXAMPLE_EVENTS} />
      </div>
      <div className="grid border-t md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] md:divide-x">
        <div className="h-44 overflow-hidden p-4 sm:h-36 sm:px-6">
          <p className="text-xs text-muted">Output</p>
          <p className="mt-2 text-sm text-pretty">
            {output}
            {ended ? null : <span aria-hidden="true" className="ml-px inline-block h-4 w-0.5 animate-breathe bg-accent align-text-bottom" />}
          </p>
        </div>
        <div className="h-36 overflow-hidden p-4 max-md:hidden sm:px-6">
          <p className="text-xs text-muted">Event stream</p>
          <ol className="measured mt-2 grid grid-cols-[minmax(0,1fr)] gap-0.5 text-xs text-muted">
            {happened.slice(-5).map((event) => (
              <li key={event.atMs} className="flex gap-3">
                <span className="w-[5ch] shrink-0 text-right text-faint">{seconds(event.atMs)}</span>
                <span className={event.type === "output.delta" ? "shrink-0" : "shrink-0 text-ink"}>{event.type}</span>
                <span className="min-w-0 truncate text-faint">{JSON.stringify(event.data)}</span>
              </li>
            ))}
          </ol>
        </div>
      </div>
      <figcaption className="flex min-h-11 items-center justify-between gap-4 border-t px-4 py-2 text-xs text-muted sm:px-6">
        An example, replayed at its own speed. Not a live run.
        <Button variant="ghost" size="sm" onClick={replay} disabled={!ended}>
          <RotateCcw aria-hidden="true" />
          Replay
        </Button>
      </figcaption>
    </figure>
  );
}
