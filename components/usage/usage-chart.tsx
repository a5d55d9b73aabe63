import { cn } from "@/components/ui/cn";
import { UsageTable } from "@/components/usage/usage-table";
import { dayLabel, withRunningTotals, type UsageDay } from "@/components/usage/usage-day";
import { valueTicks } from "@/components/usage/scale";
import { formatMeasure, formatMeasureNumber, type Measure } from "@/lib/core/format";

type UsageChartProps = {
  /** One entry a UTC day, in order, also for days without use. Values in milliseconds, calls or micro-dollars. */
  days: UsageDay[];
  format: Measure;
  /** The period's cap or quota, in the same unit. Drawn as a line; when it lies far above the bars it is named at the upper edge instead of flattening them. */
  quotaLine?: number;
  /** What the line is called. */
  quotaLabel?: string;
  /** What the chart shows: "Agent-minutes per day". */
  caption: string;
  /** `daily`: each day by itself. `running`: the period's total so far, the day's own part in ink; the view in which the cap is reached. */
  view?: "daily" | "running";
  className?: string;
};

const PLOT_PX = 160;
/** Room above the highest line for its label. */
const HEAD_PX = 20;
/** How far above the highest bar the cap may lie and still be drawn to scale. */
const CAP_IN_SIGHT = 3;

function describe(days: UsageDay[], format: Measure, cap: number | undefined, capName: string): string {
  const total = days.reduce((sum, day) => sum + day.value, 0);
  const last = capName === "cap" ? "The cap" : `The ${capName}`;
  const capSays = cap === undefined ? "" : ` ${last} for the period is ${formatMeasure(cap, format)}.`;
  const top = days.reduce<UsageDay | null>((best, day) => (day.value > (best?.value ?? 0) ? day : best), null);
  if (!top) return `Nothing used in these ${days.length} days.${capSays}`;
  return `${formatMeasure(total, format)} in ${days.length === 1 ? "one day" : `${days.length} days`}, most on ${dayLabel(top.date)} (${formatMeasure(top.value, format)}).${capSays}`;
}

/** A bar per day with the cap as a line, a sentence that says what it shows, and the same as a table. */
export function UsageChart({ days, format, quotaLine, quotaLabel = "cap", caption, view = "daily", className }: UsageChartProps) {
  const bars = withRunningTotals(days).map((day) => (view === "running" ? { ...day, end: day.soFar } : { ...day, before: 0, end: day.value }));
  const highest = bars.reduce((max, bar) => Math.max(max, bar.end), 0);
  const capInSight = quotaLine !== undefined && highest > 0 && quotaLine <= highest * CAP_IN_SIGHT;
  const ticks = valueTicks(capInSight ? Math.max(highest, quotaLine) : highest, format);
  const top = ticks.at(-1) ?? 1;
  const y = (value: number) => HEAD_PX + PLOT_PX - (value / top) * PLOT_PX;
  const slot = 100 / Math.max(1, bars.length);
  const labelEvery = Math.max(1, Math.ceil(bars.length / 6));

  return (
    <figure className={cn("min-w-0", className)}>
      <figcaption className="mb-4">
        <span className="block text-sm font-medium">{caption}</span>
        <span className="block text-sm text-muted">{describe(days, format, quotaLine, quotaLabel)}</span>
      </figcaption>
      <div className="flex" aria-hidden="true">
        <svg width="48" height={HEAD_PX + PLOT_PX + 24} className="shrink-0">
          {ticks.map((tick) => (
            <text key={tick} x="40" y={y(tick) + 4} textAnchor="end" className="measured fill-faint text-xs">
              {formatMeasureNumber(tick, format)}
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
                <title>{`${dayLabel(bar.date)}: ${formatMeasure(bar.value, format)}${view === "running" ? `, ${formatMeasure(bar.end, format)} so far` : ""}`}</title>
                <rect x={`${index * slot}%`} width={`${slot}%`} y={HEAD_PX} height={PLOT_PX} className="fill-transparent group-hover:fill-sunken" />
                {bar.before > 0 ? <rect x={x} width={width} y={y(bar.before)} height={y(0) - y(bar.before)} className="fill-line" /> : null}
                <rect x={x} width={width} y={y(bar.before) - height} height={height} className="fill-ink" />
                <line x1={`${index * slot}%`} x2={`${index * slot}%`} y1={y(0)} y2={y(0) + (index % labelEvery === 0 ? 7 : 4)} className="stroke-line-strong" />
                {index % labelEvery === 0 ? (
                  <text x={`${index * slot}%`} dx="4" y={y(0) + 18} className={cn("measured fill-faint text-xs", (index / labelEvery) % 2 === 1 && "max-sm:hidden")}>
                    {dayLabel(bar.date)}
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
      <UsageTable caption={caption} days={days} format={format} />
    </figure>
  );
}
