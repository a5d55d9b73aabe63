import Link from "next/link";
import { RunTable } from "@/components/runs/run-table";
import { RunTree } from "@/components/runs/run-tree";
import { Notice } from "@/components/ui/notice";
import type { RunDto, RunSummary } from "@/lib/runs/schema";

type RelatedRunsProps = { base: string; run: RunDto; below: RunSummary[]; earlier: RunSummary[]; later: RunSummary[] };

/** Where a run stands among others: who handed it out, what it handed out, and the conversation that it is part of. */
export function RelatedRuns({ base, run, below, earlier, later }: RelatedRunsProps) {
  return (
    <>
      {run.parent_run_id === null ? null : (
        <Notice>Another agent handed this work out: <Link href={`${base}/runs/${run.parent_run_id}`} className="font-mono break-all text-accent-ink underline underline-offset-4">{run.parent_run_id}</Link></Notice>
      )}
      {below.length === 0 ? null : (
        <section aria-labelledby="below" className="grid grid-cols-1 gap-4">
          <h2 id="below" className="text-base font-semibold">Handed to other agents</h2>
          <RunTree base={base} runs={below} under={run.id} />
        </section>
      )}
      {earlier.length === 0 ? null : (
        <section aria-labelledby="earlier" className="grid grid-cols-1 gap-4">
          <h2 id="earlier" className="text-base font-semibold">Earlier in this conversation</h2>
          <RunTable base={base} runs={earlier} caption="The runs that this one goes on from, oldest first" />
        </section>
      )}
      {later.length === 0 ? null : (
        <section aria-labelledby="later" className="grid grid-cols-1 gap-4">
          <h2 id="later" className="text-base font-semibold">Went on from here</h2>
          <RunTable base={base} runs={later} caption="The runs that go on from this one, newest first" />
        </section>
      )}
    </>
  );
}
