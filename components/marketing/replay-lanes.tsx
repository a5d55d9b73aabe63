import type { ReactNode } from "react";
import type { ReplayEvent } from "@/components/marketing/example-run";
import { percentOf, timeLabel } from "@/components/usage/scale";
import { SECOND_MS } from "@/lib/core/time";

type ReplayLanesProps = { nowMs: number; totalMs: number; sliceMs: number; events: readonly ReplayEvent[] };

function Lane({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-1 sm:grid-cols-[5rem_minmax(0,1fr)] sm:items-center">
      <span className="text-xs text-muted">{label}</span>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

/** Three strips over one ruler: time worked, time leased ahead of it, output as it arrives. The long tick is now. */
export function ReplayLanes({ nowMs, totalMs, sliceMs, events }: ReplayLanesProps) {
  const slices = Array.from({ length: Math.ceil(totalMs / sliceMs) }, (_, index) => index * sliceMs);
  const horizonMs = slices.length * sliceMs;
  const at = (ms: number) => percentOf(ms, horizonMs);
  const ended = nowMs >= totalMs;
  const ticks = Array.from({ length: horizonMs / SECOND_MS + 1 }, (_, index) => index * SECOND_MS);

  return (
    <div className="relative grid gap-3" aria-hidden="true">
      <Lane label="Worked">
        <svg width="100%" height="36" className="block overflow-visible">
          <rect width="100%" height="36" className="fill-sunken" />
          <rect width={at(Math.min(nowMs, totalMs))} height="36" className="fill-ink" />
        </svg>
      </Lane>
      <Lane label="Leased">
        <svg width="100%" height="16" className="block overflow-visible">
          {slices.map((start) => {
            if (start > nowMs) return null;
            const end = ended ? Math.min(totalMs, start + sliceMs) : start + sliceMs;
            return <rect key={start} x={at(start)} width={at(end - start)} y="4" height="8" className="fill-accent-wash stroke-accent-ink" />;
          })}
          {ended ? (
            <text x={at(totalMs)} dx="8" y="12" className="fill-muted text-xs max-sm:hidden">
              rest given back
            </text>
          ) : null}
        </svg>
      </Lane>
      <Lane label="Output">
        <svg width="100%" height="16" className="block overflow-visible">
          <line x1="0" x2="100%" y1="15.5" y2="15.5" className="stroke-line" />
          {events.map((event) =>
            event.type === "output.delta" ? <line key={event.atMs} x1={at(event.atMs)} x2={at(event.atMs)} y1="2" y2="16" className={event.atMs <= nowMs ? "stroke-ink" : "stroke-transparent"} /> : null,
          )}
        </svg>
      </Lane>
      <Lane label="">
        <svg width="100%" height="30" className="block overflow-visible">
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={at(tick)} x2={at(tick)} y1="0" y2={tick % sliceMs === 0 ? 11 : 6} className={tick % sliceMs === 0 ? "stroke-muted" : "stroke-line-strong"} />
              {tick % sliceMs === 0 ? (
                <text x={at(tick)} y="26" textAnchor={tick === 0 ? "start" : tick === horizonMs ? "end" : "middle"} className="measured fill-faint text-xs">
                  {timeLabel(tick)}
                </text>
              ) : null}
            </g>
          ))}
        </svg>
      </Lane>
      <div className="pointer-events-none absolute inset-x-0 -top-2 bottom-5 sm:left-24">
        <svg width="100%" height="100%" className="overflow-visible">
          <svg x={at(Math.min(nowMs, totalMs))} width="1" height="100%" className="overflow-visible">
            <rect x="-1" width="2" height="100%" className="fill-accent" />
          </svg>
        </svg>
      </div>
    </div>
  );
}
