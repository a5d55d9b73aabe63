import { CircleAlert, TriangleAlert } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { percentOf } from "@/components/usage/scale";
import { formatExact, formatMeasure, formatMeasureNumber, formatPercent, type Measure } from "@/lib/core/format";

type GaugeState = "ok" | "warning" | "reached";

type TickGaugeProps = {
  label: string;
  /** Used so far, in the measure's unit: milliseconds, calls or micro-dollars. */
  used: number;
  /** Where the platform refuses; `null` when nothing does. */
  cap: number | null;
  format: Measure;
  /** What the plan includes, where overage lets the cap lie beyond it. The 80 and 100 % marks belong to it. */
  quota?: number;
  /** `small` for the sidebar: no marks' labels. */
  size?: "small" | "full";
  className?: string;
};

const TICKS = 50;
const FILL: Record<GaugeState, string> = { ok: "fill-ink", warning: "fill-warn", reached: "fill-bad" };
const STROKE: Record<GaugeState, string> = { ok: "stroke-ink", warning: "stroke-warn", reached: "stroke-bad" };

/** `warning` from 80 % of the quota on, `reached` when nothing is left under the cap. */
export function gaugeState(used: number, cap: number | null, quota: number | null): GaugeState {
  if (cap === null) return "ok";
  if (used >= cap) return "reached";
  return used >= 0.8 * (quota ?? cap) ? "warning" : "ok";
}

function StateWord({ state, share }: { state: GaugeState; share: string }) {
  if (state === "ok") return <span className="text-muted">{share}</span>;
  const Icon = state === "warning" ? TriangleAlert : CircleAlert;
  return (
    <span className={cn("whitespace-nowrap", state === "warning" ? "text-warn" : "text-bad")}>
      <Icon aria-hidden="true" className="mr-1 inline size-3.5 align-[-2px]" />
      {state === "warning" ? share : "Cap reached"}
    </span>
  );
}

/** The ruler itself: a track, a tick every 2 %, the marks, and a long tick at what is used. */
function Ruler({ used, cap, quota, state, labels }: { used: number; cap: number; quota: number; state: GaugeState; labels: boolean }) {
  const at = percentOf(used, cap);
  // Of nothing there are no parts.
  const marks = quota > 0 ? [0.8 * quota, quota] : [];
  return (
    <svg width="100%" height={labels ? 40 : 18} aria-hidden="true" className="block overflow-visible">
      <rect width="100%" height="4" className="fill-line" />
      <rect width={at} height="4" className={FILL[state]} />
      {Array.from({ length: TICKS + 1 }, (_, index) => {
        const x = `${(index * 100) / TICKS}%`;
        const filled = (index / TICKS) * cap <= used && used > 0;
        return <line key={index} x1={x} x2={x} y1="5" y2={index % 5 === 0 ? 13 : 9} className={filled ? STROKE[state] : "stroke-line-strong"} />;
      })}
      {marks.map((mark, index) => (
        <g key={mark}>
          <line x1={percentOf(mark, cap)} x2={percentOf(mark, cap)} y1="0" y2="18" className="stroke-muted" />
          {/* Where overage moves the cap outward the two marks come close, and only the quota's is named. */}
          {labels && (index === 1 || quota === cap) ? (
            <text x={percentOf(mark, cap)} y="34" textAnchor={quota < cap || index === 0 ? "middle" : "end"} className="measured fill-muted text-xs">
              {index === 0 ? "80 %" : quota < cap ? "quota" : "100 %"}
            </text>
          ) : null}
        </g>
      ))}
      <svg x={at} width="1" height="18" className="overflow-visible">
        <rect x="-1" width="2" height="18" className="fill-accent" />
      </svg>
    </svg>
  );
}

/** Used against cap as a measured strip, with the numbers beside it. */
export function TickGauge({ label, used, cap, format, quota, size = "full", className }: TickGaugeProps) {
  if (cap === null) {
    return (
      <div className={cn("flex items-baseline justify-between gap-2 text-sm", className)}>
        <span>{label}</span>
        <span className="measured text-muted" title={formatExact(used, format)}>
          {formatMeasure(used, format)}, no cap
        </span>
      </div>
    );
  }
  const state = gaugeState(used, cap, quota ?? null);
  const share = formatPercent(cap > 0 ? used / cap : 1);
  const words = `${formatMeasureNumber(used, format)} of ${formatMeasure(cap, format)}`;
  return (
    <div className={className}>
      <div className={cn("flex items-baseline justify-between gap-x-3", size === "small" ? "mb-1.5 flex-wrap text-xs" : "mb-2 flex-wrap text-sm")}>
        <span className={size === "small" ? "whitespace-nowrap text-muted" : "font-medium"}>{label}</span>
        <span className="measured text-xs" title={`${used.toLocaleString("en-US")} of ${formatExact(cap, format)}`}>
          <span className="text-ink">{formatMeasureNumber(used, format)}</span>
          <span className="text-muted"> of {formatMeasure(cap, format)}</span>
          {size === "full" ? (
            <span className="ml-3">
              <StateWord state={state} share={share} />
            </span>
          ) : null}
        </span>
      </div>
      <div role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={cap} aria-valuenow={Math.min(used, cap)} aria-valuetext={`${words}, ${state === "reached" ? "cap reached" : share}`}>
        <Ruler used={used} cap={cap} quota={quota ?? cap} state={state} labels={size === "full"} />
      </div>
      {size === "small" && state !== "ok" ? (
        <p className="mt-1 text-xs">
          <StateWord state={state} share={`${share} used`} />
        </p>
      ) : null}
    </div>
  );
}
