import { ChevronRight } from "lucide-react";
import { barLabel, begun, withRunningTotals, type BarLength, type UsageBar } from "@/components/usage/usage-bar";
import { formatExact, formatMeasure, type Measure } from "@/lib/core/format";

const HEADS: Record<BarLength, string> = { hour: "Hour (UTC)", day: "Day (UTC)", month: "Month (UTC)" };

/** A chart's numbers, bar by bar, latest first, each exact on hover; folded away until asked for. */
export function UsageTable({ caption, bars, per, format }: { caption: string; bars: readonly UsageBar[]; per: BarLength; format: Measure }) {
  const rows = withRunningTotals(begun(bars)).reverse();
  return (
    <details className="group mt-2">
      <summary className="inline-flex h-7 list-none items-center gap-1 rounded text-xs text-muted hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-3.5 transition-transform group-open:rotate-90" />
        Show as a table
      </summary>
      <div className="scroll-quiet mt-2 max-h-72 overflow-y-auto rounded-md border" tabIndex={0} role="region" aria-label={`${caption}, as a table`}>
        <table className="w-full text-sm">
          <caption className="sr-only">{caption}</caption>
          <thead className="sticky top-0 bg-surface text-xs text-muted">
            <tr>
              <th scope="col" className="h-8 px-4 text-left font-normal">
                {HEADS[per]}
              </th>
              <th scope="col" className="h-8 px-4 text-right font-normal">
                Used
              </th>
              <th scope="col" className="h-8 px-4 text-right font-normal">
                So far
              </th>
            </tr>
          </thead>
          <tbody className="measured">
            {rows.map((row) => (
              <tr key={row.date} className="border-t">
                <th scope="row" className="h-8 px-4 text-left font-normal">
                  <time dateTime={row.date}>{barLabel(row.date)}</time>
                </th>
                <td className="px-4 text-right" title={formatExact(row.value, format)}>
                  {formatMeasure(row.value, format)}
                </td>
                <td className="px-4 text-right text-muted" title={formatExact(row.soFar, format)}>
                  {formatMeasure(row.soFar, format)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
