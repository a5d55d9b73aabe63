import { CodeBlock } from "@/components/ui/code-block";
import { DataTable } from "@/components/ui/data-table";
import { Time } from "@/components/ui/time";
import { attemptWords } from "@/components/webhooks/words";
import { formatCount } from "@/lib/core/format";
import type { AttemptDto } from "@/lib/webhooks/schema";

/** Every attempt of a delivery, the newest first, and the last answer. */
export function AttemptList({ attempts, total }: { attempts: AttemptDto[]; total: number }) {
  const [last] = attempts;
  return (
    <section aria-labelledby="attempts" className="grid grid-cols-1 gap-4">
      <h2 id="attempts" className="text-base font-semibold">Attempts</h2>
      {!last ? <p className="text-muted">None yet. The first follows within a second or two.</p> : (
        <>
          <DataTable
            caption="Attempts of this delivery"
            rows={attempts}
            rowKey={(attempt) => String(attempt.seq)}
            columns={[
              { id: "seq", header: "Attempt", primary: true, cell: (attempt) => <span className="font-mono tabular-nums">{attempt.seq}</span> },
              { id: "answer", header: "Answer", cell: (attempt) => attemptWords(attempt) },
              { id: "took", header: "Took", align: "right", cell: (attempt) => <span className="font-mono tabular-nums">{formatCount(attempt.duration_ms)} ms</span> },
              { id: "at", header: "When", align: "right", cell: (attempt) => <Time at={attempt.at} /> },
            ]}
          />
          {attempts.length < total ? <p className="text-xs text-muted">The latest {attempts.length} of {formatCount(total)}.</p> : null}
          {last.response ? <CodeBlock plain title="Last answer (its first 2 KB)" code={last.response} className="max-h-96 overflow-y-auto" /> : null}
        </>
      )}
    </section>
  );
}
