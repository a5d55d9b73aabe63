import type { CapOutcome } from "@/components/marketing/cap-model";
import { percentOf, timeLabel, timeStep } from "@/components/usage/scale";
import { formatMinutesOf } from "@/lib/core/format";

type CapPlotProps = {
  outcome: CapOutcome;
  capMs: number;
  horizonMs: number;
  /** How far a counter that is only looked at passes the cap, and during how long. Zero draws nothing. */
  overshoot: number;
  overshootMs: number;
  /** The upper edge of the plot, in agent-milliseconds. */
  topMs: number;
};

const HEIGHT = 260;

/** Used and leased agent-minutes over time, under the cap. Lines are drawn in a unit square that stretches; words are not. */
export function CapPlot({ outcome, capMs, horizonMs, overshoot, overshootMs, topMs }: CapPlotProps) {
  const x = (ms: number) => Math.round((ms / horizonMs) * 100_000) / 1_000;
  const y = (ms: number) => Math.round((1 - ms / topMs) * 100_000) / 1_000;
  const capPx = (y(capMs) / 100) * HEIGHT;
  const line = (pick: (point: CapOutcome["points"][number]) => number) => outcome.points.map((point) => `${x(point.atMs)},${y(pick(point))}`).join(" ");
  const last = outcome.points.at(-1);
  const stopX = outcome.stoppedAtMs === null ? null : x(outcome.stoppedAtMs);
  const step = timeStep(horizonMs, 6);
  const ticks = Array.from({ length: Math.floor((horizonMs / step) * 2) + 1 }, (_, index) => (index * step) / 2);

  return (
    <svg width="100%" height={HEIGHT + 28} role="img" aria-label="Agent-minutes used over time rise with the load and become flat at the cap." className="block overflow-visible">
      <svg width="100%" height={HEIGHT} viewBox="0 0 100 100" preserveAspectRatio="none" className="overflow-visible">
        {last ? <polygon points={`0,100 ${line((point) => point.used)} ${stopX === null ? x(last.atMs) : 100},${y(last.used)} ${stopX === null ? x(last.atMs) : 100},100`} className="fill-sunken" /> : null}
        {overshoot > 0 && stopX !== null ? (
          <polyline
            points={`${stopX},${y(capMs)} ${x((outcome.stoppedAtMs ?? 0) + overshootMs)},${y(capMs + overshoot)} 100,${y(capMs + overshoot)}`}
            fill="none"
            strokeDasharray="3 4"
            vectorEffect="non-scaling-stroke"
            className="stroke-faint"
            strokeWidth="1.5"
          />
        ) : null}
        <polyline points={line((point) => point.leased)} fill="none" vectorEffect="non-scaling-stroke" className="stroke-accent" strokeWidth="1.5" />
        <polyline points={`${line((point) => point.used)}${stopX === null || !last ? "" : ` 100,${y(last.used)}`}`} fill="none" vectorEffect="non-scaling-stroke" className="stroke-ink" strokeWidth="2.5" strokeLinejoin="round" />
        <line x1="0" x2="100" y1={y(capMs)} y2={y(capMs)} vectorEffect="non-scaling-stroke" className="stroke-accent-ink" strokeDasharray="1 3" />
      </svg>
      <text x="0" y={capPx - 8} className="measured fill-accent-ink text-xs">
        {`cap ${formatMinutesOf(capMs)}`}
      </text>
      {overshoot > 0 ? (
        <text x="100%" y={(y(capMs + overshoot) / 100) * HEIGHT - 8} textAnchor="end" className="fill-muted text-xs">
          a counter read once a minute
        </text>
      ) : null}
      {stopX === null ? null : (
        <text x="100%" y={capPx + 20} textAnchor="end" className="measured fill-ink text-xs">
          402 quota_exceeded
        </text>
      )}
      <line x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} className="stroke-line-strong" />
      {ticks.map((tick, index) => (
        <g key={tick}>
          <line x1={percentOf(tick, horizonMs)} x2={percentOf(tick, horizonMs)} y1={HEIGHT} y2={HEIGHT + (index % 2 === 0 ? 9 : 5)} className="stroke-line-strong" />
          {index % 2 === 0 ? (
            <text x={percentOf(tick, horizonMs)} y={HEIGHT + 24} textAnchor={tick === 0 ? "start" : tick === horizonMs ? "end" : "middle"} className="measured fill-faint text-xs">
              {timeLabel(tick)}
            </text>
          ) : null}
        </g>
      ))}
    </svg>
  );
}
