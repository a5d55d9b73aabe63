import { DataTable } from "@/components/ui/data-table";
import { formatCount, formatDuration, formatMoneyMicros, formatSigned } from "@/lib/core/format";
import type { UsageRow } from "@/lib/usage/schema";

/** Usage by agent or by key. `none` names what belongs to neither; `calls` shows API calls as well. */
export function UsageGroupTable({ title, none, rows, calls = false }: { title: string; none: string; rows: UsageRow[]; calls?: boolean }) {
  const number = (text: string, exact: string) => <span className="font-mono tabular-nums" title={exact}>{text}</span>;
  return (
    <section aria-label={title} className="grid grid-cols-1 gap-4">
      <h2 className="text-base font-semibold">{title}</h2>
      {rows.length === 0 ? (
        <p className="text-muted">Nothing yet in this period.</p>
      ) : (
        <DataTable
          caption={`Usage ${title.toLowerCase()}`}
          rows={rows}
          rowKey={(row) => row.key || "none"}
          columns={[
            { id: "label", header: title.replace("By ", "").replace(/^./, (first) => first.toUpperCase()), primary: true, cell: (row) => (row.key === "" ? none : row.label) },
            { id: "time", header: "Executed", align: "right", cell: (row) => number(formatSigned(row.agent_ms, formatDuration), `${row.agent_ms} ms`) },
            ...(calls ? [{ id: "calls", header: "API calls", align: "right" as const, cell: (row: UsageRow) => number(formatCount(row.api_calls), `${row.api_calls}`) }] : []),
            { id: "tokens", header: "Tokens", align: "right", cell: (row) => number(formatCount(row.input_tokens + row.output_tokens), `${row.input_tokens} in, ${row.output_tokens} out`) },
            { id: "spend", header: "Model spend", align: "right", cell: (row) => number(formatMoneyMicros(row.model_micros), `${row.model_micros} micro-dollars`) },
          ]}
        />
      )}
    </section>
  );
}
