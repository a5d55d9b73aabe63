/** What a page shows of a run while it executes: events in, timeline out. Pure, so that it can be tested without a browser. */
import type { RunDto, StepDto } from "@/lib/runs/schema";

export type Retry = { attempt: number; reason: string; waitMs: number };

/** A step as far as its events have told of it. Times are milliseconds of the run's execution; null: not known yet. */
export type LiveStep = {
  seq: number; kind: "model" | "tool"; name: string; arguments: string | null; text: string; done: boolean; ok: boolean | null; childRunId: string | null;
  inputTokens: number; outputTokens: number; startMs: number | null; endMs: number | null; retries: Retry[];
};

export type Timeline = {
  /** Number of the last event that is in it. */
  seen: number;
  started: boolean;
  /** How often the run went back into the queue because its worker was lost. */
  requeues: number;
  steps: LiveStep[];
  /** The text of the newest model step. */
  text: string;
  /** The run as it ended; null while it goes on. */
  run: RunDto | null;
};

/** An event as the stream has it. */
export type RunEvent = { id: number; type: string; data: Record<string, unknown> };

export const EMPTY_TIMELINE: Timeline = { seen: 0, started: false, requeues: 0, steps: [], text: "", run: null };

const ENDS = ["run.succeeded", "run.failed", "run.canceled", "run.timed_out", "run.stopped"];
export const EVENT_TYPES = ["run.started", "step.started", "output.delta", "step.retrying", "step.completed", "run.requeued", ...ENDS] as const;

/** The timeline after an event. One that is in it already, as after a new connection, changes nothing. */
export function addEvent(before: Timeline, event: RunEvent): Timeline {
  if (event.id <= before.seen) return before;
  const after = { ...before, seen: event.id };
  const { data } = event;
  if (ENDS.includes(event.type)) {
    // Our own API on our own origin; checking its shape again would bring the whole schema library into the page.
    const run = data.run as RunDto;
    return { ...after, run, text: run.output ?? before.text };
  }
  const seq = numberOf(data.step);
  switch (event.type) {
    case "run.started": return { ...after, started: true };
    case "run.requeued": return { ...after, started: false, requeues: before.requeues + 1 };
    // A step that begins again, on another worker, takes back what it said.
    case "step.started": return { ...after, text: data.kind === "tool" ? before.text : "", steps: put(before.steps, newStep(seq, data)) };
    case "output.delta": {
      const text = textOf(data.text);
      return { ...after, text: before.text + text, steps: change(before.steps, seq, (step) => ({ ...step, text: step.text + text })) };
    }
    case "step.retrying": {
      const retry = { attempt: numberOf(data.attempt), reason: textOf(data.reason), waitMs: numberOf(data.wait_ms) };
      return { ...after, steps: change(before.steps, seq, (step) => ({ ...step, retries: [...step.retries, retry] })) };
    }
    case "step.completed": {
      const known = before.steps.find((step) => step.seq === seq) ?? newStep(seq, data);
      return { ...after, steps: put(before.steps, {
        ...known, done: true, ok: typeof data.ok === "boolean" ? data.ok : null, childRunId: typeof data.child_run_id === "string" ? data.child_run_id : null,
        inputTokens: numberOf(data.input_tokens), outputTokens: numberOf(data.output_tokens), startMs: numberOf(data.start_ms), endMs: numberOf(data.end_ms),
      }) };
    }
    default: return after;
  }
}

/** A step as a timeline draws it. `stored` has what only the database knows; null while the step is under way. */
export type ShownStep = LiveStep & { stored: StepDto | null };

/** The stored steps of a run and, of what its events told, those that are newer; in their order. */
export function mergeSteps(stored: readonly StepDto[], live: readonly LiveStep[]): ShownStep[] {
  const shown = new Map<number, ShownStep>(live.map((step) => [step.seq, { ...step, stored: null }]));
  for (const step of stored) {
    shown.set(step.seq, {
      seq: step.seq, kind: step.kind, name: step.name, arguments: step.arguments, text: step.output, done: true, ok: step.ok, childRunId: step.child_run_id,
      inputTokens: step.input_tokens, outputTokens: step.output_tokens, startMs: step.start_ms, endMs: step.end_ms, retries: shown.get(step.seq)?.retries ?? [], stored: step,
    });
  }
  return [...shown.values()].sort((one, two) => one.seq - two.seq);
}

function newStep(seq: number, data: Record<string, unknown>): LiveStep {
  return {
    seq, kind: data.kind === "tool" ? "tool" : "model", name: textOf(data.name), arguments: typeof data.arguments === "string" ? data.arguments : null,
    text: "", done: false, ok: null, childRunId: null, inputTokens: 0, outputTokens: 0, startMs: null, endMs: null, retries: [],
  };
}

function put(steps: LiveStep[], step: LiveStep): LiveStep[] {
  return [...steps.filter((one) => one.seq !== step.seq), step].sort((one, two) => one.seq - two.seq);
}

function change(steps: LiveStep[], seq: number, how: (step: LiveStep) => LiveStep): LiveStep[] {
  return steps.map((step) => (step.seq === seq ? how(step) : step));
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
