"use client";

import { useId, useState } from "react";
import { CapPlot } from "@/components/marketing/cap-plot";
import { simulateLeases, worstOvershoot } from "@/components/marketing/cap-model";
import { formatDuration, formatMinutesOf } from "@/lib/core/format";
import { MINUTE_MS } from "@/lib/core/time";

type CapFigureProps = { capMs: number; sliceMs: number; leastMs: number };

const HORIZON_MS = 12 * MINUTE_MS;
const LOOK_EVERY_MS = MINUTE_MS;
const MOST_LOAD = 60;

/** Drag the load and watch it stop at the cap. Computed in the page from the same rule as the platform's; says so. */
export function CapFigure({ capMs, sliceMs, leastMs }: CapFigureProps) {
  const id = useId();
  const [load, setLoad] = useState(24);
  const outcome = simulateLeases({ capMs, load, sliceMs, leastMs, horizonMs: HORIZON_MS });
  const over = worstOvershoot(load, LOOK_EVERY_MS);
  const reached = outcome.stoppedAtMs !== null;
  const runs = load === 1 ? "1 run" : `${load} runs`;

  return (
    <figure className="rounded-lg border bg-surface">
      <div className="border-b p-4 sm:px-6">
        <label htmlFor={id} className="flex items-baseline justify-between text-sm font-medium">
          Runs at once
          <output htmlFor={id} className="measured text-2xl font-normal">
            {load}
          </output>
        </label>
        <input
          id={id}
          type="range"
          min={1}
          max={MOST_LOAD}
          value={load}
          onChange={(event) => setLoad(event.target.valueAsNumber)}
          aria-valuetext={runs}
          className="ruler-range mt-1 block"
        />
      </div>
      <div className="p-4 sm:px-6">
        <CapPlot outcome={outcome} capMs={capMs} horizonMs={HORIZON_MS} overshoot={reached ? over : 0} overshootMs={LOOK_EVERY_MS} topMs={capMs + worstOvershoot(MOST_LOAD, LOOK_EVERY_MS) * 1.1} />
      </div>
      <figcaption aria-live="polite" className="grid border-t text-sm sm:grid-cols-3 sm:divide-x">
        <Fact label="Last run stopped after">{outcome.stoppedAtMs === null ? `not within ${formatDuration(HORIZON_MS)}` : formatDuration(outcome.stoppedAtMs)}</Fact>
        <Fact label="Used, with leases">{formatMinutesOf(outcome.usedMs)}</Fact>
        <Fact label="Used, if a counter were read once a minute">{reached ? `up to ${formatMinutesOf(capMs + over)}` : formatMinutesOf(outcome.usedMs)}</Fact>
      </figcaption>
    </figure>
  );
}

function Fact({ label, children }: { label: string; children: string }) {
  return (
    <div className="flex items-baseline justify-between gap-4 px-4 py-2.5 max-sm:border-b max-sm:last:border-b-0 sm:block sm:px-6 sm:py-4">
      <p className="text-xs text-muted sm:min-h-8">{label}</p>
      <p className="measured shrink-0 text-right sm:mt-1 sm:text-left">{children}</p>
    </div>
  );
}
