import type { ModelInfo } from "@/lib/agents/models";
import type { AgentConfig } from "@/lib/agents/schema";
import type { ModelEndpoint } from "@/lib/platform/model";
import type { RunContext } from "@/lib/runs/context";
import type { EventSink } from "@/lib/runs/worker/event-writer";
import type { Lease } from "@/lib/runs/worker/lease";
import type { Claim, Ending, LoadedRun } from "@/lib/runs/worker/repo";

/** How a run ends, but for its time. */
export type Outcome = Omit<Ending, "workedMs">;

/** What a stopped run had come to: its text so far, and what its open model call may have cost. */
export type OpenCall = { text: string; model: ModelInfo | null; prompt: string[] };

/** A claimed run with everything that its steps need. */
export type Job = {
  claim: Claim;
  lease: Lease;
  run: LoadedRun;
  config: AgentConfig;
  model: ModelInfo;
  /** The tenant's own; null: the platform's. */
  endpoint: ModelEndpoint | null;
  context: RunContext | null;
  events: EventSink;
  open: OpenCall;
};

/** Milliseconds that the run has executed in all attempts: its place on the strip. */
export function executedMs({ run, lease }: Pick<Job, "run" | "lease">): number {
  return Number(run.executedMs) + lease.executedMs();
}

/** An ending without output of its own: what is stored of it stays. */
export function ended(status: Outcome["status"], errorCode: string | null, errorMessage: string | null, more: Partial<Outcome> = {}): Outcome {
  return { status, output: null, errorCode, errorMessage, spentMicros: 0, billed: true, ...more };
}
