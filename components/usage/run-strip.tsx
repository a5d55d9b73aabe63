import { useId } from "react";
import { cn } from "@/components/ui/cn";
import { percentOf, timeLabel, timeStep } from "@/components/usage/scale";
import { formatDuration } from "@/lib/core/format";

export type RunSegment = { label: string; startMs: number; endMs: number; kind: "model" | "tool" | "wait" };

type RunStripProps = {
  /** The strip's length: the run's duration, or what it may last while it goes on. Milliseconds from the run's start. */
  totalMs: number;
  segments: RunSegment[];
  /** Where the run is now, while it goes on. */
  nowMs?: number;
  className?: string;
};

const KINDS = { model: "Model", tool: "Tool", wait: "Waiting" } as const;
const MINOR = 5;

/** One run as a strip of steps to scale, on a ruler of its time. */
export function RunStrip({ totalMs, segments, nowMs, className }: RunStripProps) {
  const hatch = `hatch-${useId()}`;
  const total = Math.max(totalMs, nowMs ?? 0, ...segments.map((segment) => segment.endMs), 1);
  const step = timeStep(total, 6);
  const minor = step / MINOR;
  const ticks = Array.from({ length: Math.floor(total / minor) + 1 }, (_, index) => index * minor);
  const fills: Record<RunSegment["kind"], string> = { model: "fill-ink", tool: "", wait: "fill-line" };

  return (
    <figure className={cn("min-w-0", className)}>
      <svg width="100%" height="64" aria-hidden="true" className="block overflow-visible">
        <defs>
          <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="5" height="5" className="fill-sunken" />
            <rect width="2" height="5" className="fill-muted" />
          </pattern>
        </defs>
        <rect width="100%" y="4" height="28" className="fill-sunken" />
        {segments.map((segment, index) => {
          const width = percentOf(Math.max(segment.endMs - segment.startMs, total * 0.004), total);
          const wait = segment.kind === "wait";
          return (
            <rect key={index} x={percentOf(segment.startMs, total)} width={width} y={wait ? 16 : 4} height={wait ? 4 : 28} className={fills[segment.kind]} fill={segment.kind === "tool" ? `url(#${hatch})` : undefined}>
              <title>{`${segment.label}: ${formatDuration(segment.endMs - segment.startMs)}, from ${formatDuration(segment.startMs)}`}</title>
            </rect>
          );
        })}
        {/* A gap of paper between neighbours, so that steps can be counted. */}
        {segments.slice(1).map((segment, index) => (
          <line key={index} x1={percentOf(segment.startMs, total)} x2={percentOf(segment.startMs, total)} y1="4" y2="32" className="stroke-surface" strokeWidth="2" />
        ))}
        {ticks.map((tick, index) => {
          const major = index % MINOR === 0;
          const x = percentOf(tick, total);
          return (
            <g key={tick}>
              <line x1={x} x2={x} y1="36" y2={major ? 46 : 40} className={major ? "stroke-muted" : "stroke-line-strong"} />
              {major ? (
                <text x={x} y="60" textAnchor={tick === 0 ? "start" : tick > total * 0.96 ? "end" : "middle"} className="measured fill-faint text-xs">
                  {timeLabel(tick)}
                </text>
              ) : null}
            </g>
          );
        })}
        {nowMs === undefined ? null : (
          <svg x={percentOf(nowMs, total)} width="1" height="48" className="overflow-visible">
            <rect x="-1" width="2" height="48" className="animate-breathe fill-accent" />
          </svg>
        )}
      </svg>
      <figcaption className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-muted">
        {(["model", "tool", "wait"] as const).map((kind) => {
          const own = segments.filter((segment) => segment.kind === kind);
          if (own.length === 0) return null;
          return (
            <span key={kind} className="inline-flex items-center gap-1.5">
              <svg width="10" height="10" aria-hidden="true">
                <rect width="10" height={kind === "wait" ? 3 : 10} y={kind === "wait" ? 4 : 0} className={fills[kind]} fill={kind === "tool" ? `url(#${hatch})` : undefined} />
              </svg>
              {KINDS[kind]} <span className="measured text-ink">{formatDuration(own.reduce((sum, segment) => sum + segment.endMs - segment.startMs, 0))}</span>
            </span>
          );
        })}
        {nowMs === undefined ? null : <span className="measured text-accent-ink">now {formatDuration(nowMs)}</span>}
      </figcaption>
      <ol className="sr-only">
        {segments.map((segment, index) => (
          <li key={index}>{`${segment.label}, ${KINDS[segment.kind].toLowerCase()}, ${formatDuration(segment.endMs - segment.startMs)}, from ${formatDuration(segment.startMs)}`}</li>
        ))}
      </ol>
    </figure>
  );
}
