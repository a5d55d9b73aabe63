import Link from "next/link";
import { RunStatusBadge } from "@/components/ui/status";
import { formatDuration } from "@/lib/core/format";
import type { RunSummary } from "@/lib/runs/schema";

/** The runs below a run as a tree. `runs`: all of them, each naming its parent. */
export function RunTree({ base, runs, under }: { base: string; runs: readonly RunSummary[]; under: string }) {
  const children = runs.filter((run) => run.parent_run_id === under);
  if (children.length === 0) return null;
  return (
    <ul className="grid grid-cols-1 gap-1 border-l border-line pl-4">
      {children.map((run) => (
        <li key={run.id} className="grid min-w-0 grid-cols-1 gap-1">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1">
            <Link href={`${base}/runs/${run.id}`} className="text-accent-ink underline underline-offset-4">{run.agent}</Link>
            <RunStatusBadge status={run.status} />
            <span className="font-mono text-muted tabular-nums" title={`${run.usage.agent_ms} ms`}>{formatDuration(run.usage.agent_ms)}</span>
          </span>
          <RunTree base={base} runs={runs} under={run.id} />
        </li>
      ))}
    </ul>
  );
}
