import { DataTable } from "@/components/ui/data-table";
import { RunStatusBadge } from "@/components/ui/status";
import { Time } from "@/components/ui/time";
import { formatCount, formatDuration } from "@/lib/core/format";
import type { Glance } from "@/lib/runs/list/glances";
import type { RunSummary } from "@/lib/runs/schema";

type RunTableProps = {
  base: string;
  runs: readonly RunSummary[];
  caption: string;
  /** What was asked and by what, by the runs' ids, where the list shows it. */
  glances?: ReadonlyMap<string, Glance>;
  /** Whether the reader may know what keys are called. */
  namesKeys?: boolean;
};

/** Runs as a list: what ran, how it went, how long it took. */
export function RunTable({ base, runs, caption, glances, namesKeys = false }: RunTableProps) {
  return (
    <DataTable
      caption={caption}
      rows={runs}
      rowKey={(run) => run.id}
      rowHref={(run) => `${base}/runs/${run.id}`}
      columns={[
        { id: "agent", header: "Agent", primary: true, cell: (run) => <>{run.parent_run_id === null ? null : <span className="text-muted" title="Handed out by another run">↳ </span>}{run.agent}</> },
        ...(glances ? [{ id: "input", header: "Input", className: "@2xl:w-2/5 @2xl:max-w-0 @max-2xl:col-span-full", cell: (run: RunSummary) => <Beginning of={glances.get(run.id)?.input} /> }] : []),
        { id: "status", header: "Status", cell: (run) => <RunStatusBadge status={run.status} /> },
        { id: "executed", header: "Executed", align: "right", cell: (run) => <span className="font-mono tabular-nums" title={`${run.usage.agent_ms} ms`}>{formatDuration(run.usage.agent_ms)}</span> },
        { id: "tokens", header: "Tokens", align: "right", cell: (run) => <span className="font-mono tabular-nums">{formatCount(run.usage.input_tokens + run.usage.output_tokens)}</span> },
        ...(glances ? [{ id: "asked_by", header: "Asked by", className: "@2xl:max-w-40 @2xl:truncate", cell: (run: RunSummary) => askedBy(glances.get(run.id)?.askedBy, namesKeys) }] : []),
        { id: "created", header: "Asked for", align: "right", cell: (run) => <Time at={run.created_at} /> },
      ]}
    />
  );
}

function Beginning({ of: input }: { of: string | null | undefined }) {
  // A run that came into the list a moment ago may not have been looked at yet.
  if (input === undefined || input === "") return <span className="text-muted">–</span>;
  if (input === null) return <span className="text-faint">Contents deleted</span>;
  return <span className="block truncate text-muted" title={input}>{input}</span>;
}

function askedBy(by: Glance["askedBy"] | undefined, namesKeys: boolean): string {
  if (!by) return "–";
  if (by.kind === "key") return namesKeys ? by.name : "An API key";
  return by.kind === "schedule" ? "A schedule" : "In the browser";
}
