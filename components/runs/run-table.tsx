import { DataTable } from "@/components/ui/data-table";
import { RunStatusBadge } from "@/components/ui/status";
import { Time } from "@/components/ui/time";
import { formatCount, formatDuration } from "@/lib/core/format";
import type { RunSummary } from "@/lib/runs/schema";

/** Runs as a list: what ran, how it went, how long it took. */
export function RunTable({ base, runs, caption }: { base: string; runs: readonly RunSummary[]; caption: string }) {
  return (
    <DataTable
      caption={caption}
      rows={runs}
      rowKey={(run) => run.id}
      rowHref={(run) => `${base}/runs/${run.id}`}
      columns={[
        { id: "agent", header: "Agent", primary: true, cell: (run) => <>{run.parent_run_id === null ? null : <span className="text-muted" title="Handed out by another run">↳ </span>}{run.agent}</> },
        { id: "status", header: "Status", cell: (run) => <RunStatusBadge status={run.status} /> },
        { id: "executed", header: "Executed", align: "right", cell: (run) => <span className="font-mono tabular-nums" title={`${run.usage.agent_ms} ms`}>{formatDuration(run.usage.agent_ms)}</span> },
        { id: "tokens", header: "Tokens", align: "right", cell: (run) => <span className="font-mono tabular-nums">{formatCount(run.usage.input_tokens + run.usage.output_tokens)}</span> },
        { id: "created", header: "Asked for", align: "right", cell: (run) => <Time at={run.created_at} /> },
      ]}
    />
  );
}
