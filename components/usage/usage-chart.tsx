import { cn } from "@/components/ui/cn";
import { UsageTable } from "@/components/usage/usage-table";
import { barLabel, withRunningTotals, type BarLength, type UsageBar } from "@/components/usage/usage-bar";
import { usageSentence } from "@/components/usage/usage-sentence";
import { valueTicks } from "@/components/usage/scale";
import { formatExact, formatMeasure, formatTick, type Measure } from "@/lib/core/format";

type UsageChartProps = {
  /** One entry an hour, day or month, in order, also for those without use. Values in milliseconds, calls, tokens or micro-dollars. */
  bars: readonly UsageBar[];
  /** What a bar stands for. */
  per?: BarLength;
  format: Measure;
  /** The period's cap or quota, in the same unit. Drawn as a line; when it lies far above the bars it is named at the upper edge instead of flattening them. */
  quotaLine?: number;
  /** What the line is called. */
  quotaLabel?: string;
  /** What the chart shows: "Agent-minutes per day". */
  caption: string;
  /** `each`: every bar by itself. `running`: the total so far, the bar's own part in ink; the view in which the cap is reached. */
  view?: "each" | "running";
  className?: string;
};

const PLOT_PX = 160;
/** Room above the highest line for its label. */
const HEAD_PX = 20;
/** How far above the highest bar the cap may lie and still be drawn to scale. */
const CAP_IN_SIGHT = 3;

/** A bar per hour, day or month with the cap as a line, a sentence that says what it shows, and the same as a table. */
export function UsageChart({ bars: given, per = "day", format, quotaLine, quotaLabel = "cap", caption, view = "each", className }: UsageChartProps) {
  const bars = withRunningTotals(given).map((bar) => (view === "running" && !bar.future ? { ...bar, end: bar.soFar } : { ...bar, before: 0, end: bar.value }));
  const highest = bars.reduce((max, bar) => Math.max(max, bar.end), 0);
  const capInSight = quotaLine !== undefined && highest > 0 && quotaLine <= highest * CAP_IN_SIGHT;
  const ticks = valueTicks(capInSight ? Math.max(highest, quotaLine) : highest, format);
  const top = ticks.at(-1) ?? 1;
  const y = (value: number) => HEAD_PX + PLOT_PX - (value / top) * PLOT_PX;
  const slot = 100 / Math.max(1, bars.length);
  // What is under way, marked at the axis.
  const current = bars.findLastIndex((bar) => !bar.future);
  const labelEvery = Math.max(1, Math.ceil(bars.length / 6));

  return (
    <figure className={cn("min-w-0", className)}>
      <figcaption className="mb-4">
        <span className="sr-only">{caption}: </span>
        <span className="block text-sm text-muted">{usageSentence({ bars, per, format, line: quotaLine === undefined ? undefined : { value: quotaLine, name: quotaLabel } })}</span>
      </figcaption>
      <div className="flex" aria-hidden="true">
        <svg width="48" height={HEAD_PX + PLOT_PX + 24} className="shrink-0">
          {ticks.map((tick) => (
            <text key={tick} x="40" y={y(tick) + 4} textAnchor="end" className="measured fill-faint text-xs">
              {formatTick(tick, format)}
            </text>
          ))}
        </svg>
        <svg width="100%" height={HEAD_PX + PLOT_PX + 24} className="min-w-0 overflow-visible">
          {ticks.map((tick) => (
            <line key={tick} x1="0" x2="100%" y1={y(tick)} y2={y(tick)} className={tick === 0 ? "stroke-line-strong" : "stroke-line"} />
          ))}
          {bars.map((bar, index) => {
            const x = `${(index + 0.14) * slot}%`;
            const width = `${slot * 0.72}%`;
            const height = bar.value > 0 ? Math.max(2, y(bar.before) - y(bar.end)) : 0;
            return (
              <g key={bar.date} className="group">
                <title>{barTitle(bar, format, view)}</title>
                <rect x={`${index * slot}%`} width={`${slot}%`} y={HEAD_PX} height={PLOT_PX} className="fill-transparent group-hover:fill-sunken" />
                {bar.before > 0 ? <rect x={x} width={width} y={y(bar.before)} height={y(0) - y(bar.before)} className="fill-line" /> : null}
                <rect x={x} width={width} y={y(bar.before) - height} height={height} className="fill-ink" />
                {index === current ? <rect x={x} width={width} y={y(0) + 1} height="2" className="fill-accent" /> : null}
                <line x1={`${index * slot}%`} x2={`${index * slot}%`} y1={y(0)} y2={y(0) + (index % labelEvery === 0 ? 7 : 4)} className="stroke-line-strong" />
                {index % labelEvery === 0 ? (
                  <text x={`${index * slot}%`} dx="4" y={y(0) + 18} className={cn("measured fill-faint text-xs", (index / labelEvery) % 2 === 1 && "max-sm:hidden")}>
                    {barLabel(bar.date)}
                  </text>
                ) : null}
              </g>
            );
          })}
          {quotaLine !== undefined ? (
            <g>
              <line x1="0" x2="100%" y1={capInSight ? y(quotaLine) : 6} y2={capInSight ? y(quotaLine) : 6} strokeDasharray={capInSight ? undefined : "2 4"} className="stroke-accent-ink" strokeWidth="1.5" />
              <text x="100%" y={(capInSight ? y(quotaLine) : 6) + (capInSight ? -6 : 14)} textAnchor="end" className="measured fill-accent-ink text-xs">
                {`${quotaLabel} ${formatMeasure(quotaLine, format)}${capInSight ? "" : " ↑"}`}
              </text>
            </g>
          ) : null}
        </svg>
      </div>
      <UsageTable caption={caption} bars={given} per={per} format={format} />
    </figure>
  );
}

function barTitle(bar: UsageBar & { end: number }, format: Measure, view: "each" | "running"): string {
  if (bar.future) return `${barLabel(bar.date)}: still to come`;
  const value = formatMeasure(bar.value, format);
  const exact = formatExact(bar.value, format);
  return `${barLabel(bar.date)}: ${value}${exact === value ? "" : ` (${exact})`}${view === "running" ? `, ${formatMeasure(bar.end, format)} so far` : ""}`;
}
