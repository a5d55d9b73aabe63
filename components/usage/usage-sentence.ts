import { barLabel, begun, type BarLength, type UsageBar } from "@/components/usage/usage-bar";
import { formatMeasure, type Measure } from "@/lib/core/format";

type Told = { bars: readonly UsageBar[]; per: BarLength; format: Measure; line?: { value: number; name: string } | undefined };

/** What a chart shows, in a sentence: how much, over how long, when most, and where the line lies. */
export function usageSentence({ bars, per, format, line }: Told): string {
  const seen = begun(bars);
  const total = seen.reduce((sum, bar) => sum + bar.value, 0);
  const lineSays = line ? ` The ${line.name} for the period is ${formatMeasure(line.value, format)}.` : "";
  const span = seen.length === 1 ? `one ${per}` : `${seen.length} ${per}s`;
  const top = seen.reduce<UsageBar | null>((best, bar) => (bar.value > (best?.value ?? 0) ? bar : best), null);
  if (!top) return `Nothing used in ${seen.length === 1 ? `this ${per}` : `these ${span}`}.${lineSays}`;
  const when = { hour: `in the hour from ${barLabel(top.date)}`, day: `on ${barLabel(top.date)}`, month: `in ${barLabel(top.date)}` }[per];
  const most = seen.length === 1 ? "" : `, most ${when} (${formatMeasure(top.value, format)})`;
  return `${formatMeasure(total, format)} in ${span}${most}.${lineSays}`;
}
