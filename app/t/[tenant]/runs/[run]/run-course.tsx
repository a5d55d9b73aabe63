import { StepTimeline } from "@/components/runs/step-timeline";
import type { ShownStep } from "@/components/runs/timeline";
import { Notice } from "@/components/ui/notice";
import { RunStrip } from "@/components/usage/run-strip";

type RunCourseProps = {
  base: string;
  steps: readonly ShownStep[];
  /** Milliseconds that were executed so far. */
  executedMs: number;
  /** Where the run is now, while it goes on. */
  nowMs?: number | undefined;
  live: boolean;
  requeues: number;
};

/** How a run went: its strip, and its steps below. */
export function RunCourse({ base, steps, executedMs, nowMs, live, requeues }: RunCourseProps) {
  const placed = steps.flatMap((step) => (step.startMs === null || step.endMs === null ? [] : [{ label: `${step.kind} ${step.name}`, startMs: step.startMs, endMs: step.endMs, kind: step.kind }]));
  const totalMs = Math.max(executedMs, nowMs ?? 0, ...placed.map((one) => one.endMs));
  return (
    <section aria-labelledby="steps" className="grid grid-cols-1 gap-4">
      <h2 id="steps" className="text-base font-semibold">Steps</h2>
      {requeues > 0 ? (
        <Notice tone="warn">
          The platform lost this run’s worker {requeues === 1 ? "once" : `${requeues} times`}. The run went back into the queue and on from its last stored step; what was lost is not billed.
        </Notice>
      ) : null}
      {placed.length > 0 || nowMs !== undefined ? <RunStrip totalMs={totalMs} segments={placed} {...(nowMs === undefined ? {} : { nowMs })} /> : null}
      <StepTimeline base={base} steps={steps} totalMs={totalMs} live={live} />
    </section>
  );
}
