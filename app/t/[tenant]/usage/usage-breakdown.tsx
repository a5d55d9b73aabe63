import { DataTable, type Column } from "@/components/ui/data-table";
import { ShareBar } from "@/components/usage/share-bar";
import { formatDuration, formatExact, formatMeasure, formatSigned, type Measure } from "@/lib/core/format";
import type { Meter, UsageRow } from "@/lib/usage/schema";
import { amountOf, PAGE_METERS, type UsageView } from "@/lib/usage/view";
import { mostOf } from "@/lib/usage/most-of";

const METER_NAMES: Record<Meter, { name: string; measure: Measure }> = {
  agent_ms: { name: "Agent-minutes", measure: "minutes" }, model_micros: { name: "Model spend", measure: "money" }, api_calls: { name: "API calls", measure: "calls" },
  input_tokens: { name: "Tokens sent to models", measure: "tokens" }, output_tokens: { name: "Tokens written by models", measure: "tokens" },
};
const HEADS = { agent: "Agent", key: "API key", meter: "Meter" } as const;
const NONE = { agent: "No agent", key: "From the browser", meter: "" } as const;

/** Who used how much: by agent or key with every meter, most of the page's meter first, or meter by meter. */
export function UsageBreakdown({ view, rows }: { view: UsageView; rows: readonly UsageRow[] }) {
  if (view.by === "meter") return <MeterTable rows={rows} />;
  const used = rows.filter((row) => amountOf(row, view.meter) !== 0);
  if (used.length === 0) return <p className="px-4 pb-4 text-sm text-muted">{view.by === "agent" && view.meter === "calls" ? "API calls belong to keys, not to agents: group them by key." : "Nothing of this meter in this time."}</p>;
  // Shares are of what was used; a correction that takes some of it back is none.
  const total = used.reduce((sum, row) => sum + Math.max(0, amountOf(row, view.meter)), 0);
  const by = view.by;
  const columns: Column<UsageRow>[] = [
    { id: "name", header: HEADS[by], primary: true, cell: (row) => <span className="break-words">{row.key === "" ? NONE[by] : row.label}</span> },
    { id: "share", header: `Share of ${PAGE_METERS[view.meter].name.replace(/^[AMT](?=[a-z])/, (first) => first.toLowerCase())}`, cell: (row) => (amountOf(row, view.meter) < 0 ? <span className="text-xs text-muted">taken back</span> : <ShareBar share={amountOf(row, view.meter) / total} />) },
    number("minutes", "Executed", (row) => formatSigned(row.agent_ms, formatDuration)),
    ...(by === "key" ? [number("calls", "API calls")] : []),
    number("tokens", "Tokens"),
    number("spend", "Model spend"),
  ];
  return <DataTable caption={`Usage by ${HEADS[by].replace("Agent", "agent")}`} rows={mostOf(used)} rowKey={(row) => row.key || "none"} columns={columns} />;
}

function MeterTable({ rows }: { rows: readonly UsageRow[] }) {
  const byMeter = new Map(rows.map((row) => [row.key, row]));
  // Every meter has its line, also one of which nothing was used.
  const lines = (Object.keys(METER_NAMES) as Meter[]).map((meter) => ({ meter, value: byMeter.get(meter)?.[meter] ?? 0 }));
  return (
    <DataTable
      caption="Usage by meter"
      rows={lines}
      rowKey={({ meter }) => meter}
      columns={[
        { id: "name", header: "Meter", primary: true, cell: ({ meter }) => METER_NAMES[meter].name },
        { id: "used", header: "Used", align: "right", cell: ({ meter, value }) => <Figure text={formatMeasure(value, METER_NAMES[meter].measure)} exact={formatExact(value, METER_NAMES[meter].measure)} /> },
        { id: "exact", header: "To the last digit", align: "right", cell: ({ meter, value }) => <span className="measured text-muted">{formatExact(value, METER_NAMES[meter].measure)}</span> },
      ]}
    />
  );
}

function number(meter: UsageView["meter"], header: string, words?: (row: UsageRow) => string): Column<UsageRow> {
  const { measure } = PAGE_METERS[meter];
  return {
    id: meter, header, align: "right",
    cell: (row) => <Figure text={words ? words(row) : formatSigned(amountOf(row, meter), (size) => formatMeasure(size, measure)).replace(/ (calls?|tokens?)$/, "")} exact={formatExact(amountOf(row, meter), measure)} />,
  };
}

function Figure({ text, exact }: { text: string; exact: string }) {
  return <span className="measured" title={exact}>{text}</span>;
}
