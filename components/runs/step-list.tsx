import { DataTable } from "@/components/ui/data-table";
import { formatCount, formatDuration } from "@/lib/core/format";
import type { StepDto } from "@/lib/runs/schema";

/** The steps of a run in order, each with its place in time and what it cost. */
export function StepList({ steps }: { steps: StepDto[] }) {
  return (
    <section aria-labelledby="steps" className="grid grid-cols-1 gap-4">
      <h2 id="steps" className="text-base font-semibold">Steps</h2>
      {steps.length === 0 ? (
        <p className="text-muted">No step is stored yet. A step is stored when it is done, and a resumed run goes on after it.</p>
      ) : (
        <DataTable
          caption="Steps of this run"
          rows={steps}
          rowKey={(step) => String(step.seq)}
          columns={[
            { id: "name", header: "Step", primary: true, cell: (step) => <span className="font-mono">{step.seq} {step.kind} {step.name}</span> },
            { id: "took", header: "Took", align: "right", cell: (step) => <span className="font-mono tabular-nums" title={`${step.start_ms} to ${step.end_ms} ms`}>{formatDuration(step.end_ms - step.start_ms)}</span> },
            { id: "tokens", header: "Tokens in / out", align: "right", cell: (step) => <span className="font-mono tabular-nums">{formatCount(step.input_tokens)} / {formatCount(step.output_tokens)}</span> },
            { id: "finish", header: "Ended with", align: "right", cell: (step) => <span className="font-mono">{step.finish_reason ?? ""}</span> },
          ]}
        />
      )}
    </section>
  );
}
