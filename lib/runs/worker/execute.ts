import { setTimeout } from "node:timers/promises";
import type { ModelInfo } from "@/lib/agents/models";
import { AppError } from "@/lib/core/errors";
import { withTenant } from "@/lib/platform/db";
import { log } from "@/lib/platform/log";
import { metrics } from "@/lib/platform/metrics";
import { callModel, modelCatalogue, ModelError } from "@/lib/platform/model";
import { reportError } from "@/lib/platform/report-error";
import { EventWriter } from "@/lib/runs/worker/event-writer";
import { Lease, RunStopped, type StopReason } from "@/lib/runs/worker/lease";
import { finishRun, loadRun, releaseRun, reserveSpend, storeStep, type Claim, type Ending, type Reservation } from "@/lib/runs/worker/repo";
import { costOf, estimateTokens, mostItCosts } from "@/lib/runs/worker/spend";

type Outcome = Omit<Ending, "workedMs">;
type LoadedRun = NonNullable<Awaited<ReturnType<typeof loadRun>>>;

const writer = new EventWriter();

const RETRY_MS = 250;
/** How often a call that waits for others' reservations asks again, and how long it waits at most. */
const WAIT_MS = 200;
const LONGEST_WAIT_MS = 60_000;

/** A claimed run while it executes. */
export type Execution = {
  runId: string;
  fence: number;
  stop: (reason: StopReason) => void;
  /** Renews the lease now: limits have changed. */
  recheck: () => void;
  done: Promise<void>;
};

/**
 * Executes a claimed run to its end: resumes after the last stored step, stops when the lease says so, settles once.
 * Never rejects; what fails is the run.
 * @param askedAt `performance.now()` when the claim was sent
 */
export function execute(claim: Claim, askedAt: number): Execution {
  const lease = new Lease(claim, askedAt, 0);
  return { runId: claim.run_id, fence: claim.fence, stop: (reason) => lease.stop(reason), recheck: () => lease.recheck(), done: run(claim, lease) };
}

async function run(claim: Claim, lease: Lease): Promise<void> {
  const partial: Partial = { text: "", model: null, prompt: [] };
  metrics().runsActive.inc();
  try {
    const outcome = await outcomeOf(claim, lease, partial);
    if (outcome === null) return;
    const workedMs = await lease.close();
    const settled = await untilStored(() => finishRun(claim.run_id, claim.fence, { ...outcome, workedMs }));
    if (settled) metrics().runsEnded.inc({ status: outcome.status });
    log().info({ run_id: claim.run_id, tenant_id: claim.tenant_id, status: settled ? outcome.status : "lost", error_code: outcome.errorCode }, "run ended");
  } catch (error) {
    // The run keeps its lease until it expires and then goes to another worker.
    reportError(error, { run_id: claim.run_id, tenant_id: claim.tenant_id });
  } finally {
    await lease.close();
    metrics().runsActive.dec();
  }
}

/** How the run ends, or null when it is no longer ours to end. */
async function outcomeOf(claim: Claim, lease: Lease, partial: Partial): Promise<Outcome | null> {
  try {
    return await work(claim, lease, partial);
  } catch (error) {
    const reason: unknown = lease.signal.reason;
    if (lease.signal.aborted && reason instanceof RunStopped) return stopped(claim, lease, reason.reason, partial);
    if (error instanceof ModelError) {
      log().warn({ err: error.cause ?? error, run_id: claim.run_id, tenant_id: claim.tenant_id, fault: error.fault }, "model call failed");
      // A request that the endpoint refuses is the customer's; an endpoint that fails is ours, and its time is not billed.
      return { status: "failed", output: partial.text || null, errorCode: error.fault, errorMessage: error.message, spentMicros: 0, billed: error.fault === "model_rejected" };
    }
    if (error instanceof AppError && error.code === "unavailable") throw error;
    reportError(error, { run_id: claim.run_id, tenant_id: claim.tenant_id });
    return { status: "failed", output: null, errorCode: "internal", errorMessage: "Something failed on our side. This run is not billed.", spentMicros: 0, billed: false };
  }
}

/** What a stopped run had come to: its text so far, and what its open model call may have cost. */
type Partial = { text: string; model: ModelInfo | null; prompt: string[] };

async function work(claim: Claim, lease: Lease, partial: Partial): Promise<Outcome | null> {
  const loaded = await withTenant(claim.tenant_id, (tx) => loadRun(tx, claim.tenant_id, claim.run_id));
  if (!loaded) return null;
  const stored = loaded.steps.at(-1);
  if (stored) return succeeded(stored.output);
  const model = modelCatalogue().find((one) => one.id === loaded.model);
  if (!model) {
    return { status: "failed", output: null, errorCode: "model_unknown", errorMessage: `The model \`${loaded.model}\` is not offered here any more.`, spentMicros: 0, billed: true };
  }
  return callOnce(claim, lease, loaded, model, partial);
}

async function callOnce(claim: Claim, lease: Lease, loaded: LoadedRun, model: ModelInfo, partial: Partial): Promise<Outcome | null> {
  const prompt = [loaded.instructions, loaded.input];
  const most = mostItCosts(model, prompt, model.max_output_tokens);
  const reservation = most > 0 ? await untilReserved(claim, lease, most) : "reserved";
  if (reservation === "lost") return null;
  if (reservation !== "reserved") {
    return {
      status: "stopped", output: null, errorCode: "spend_cap_reached", spentMicros: 0, billed: true,
      errorMessage: "What is left of the period's model spend does not cover this call. The model was not called.",
    };
  }
  const seq = 1;
  const startMs = Number(loaded.executedMs) + lease.executedMs();
  const events = writer.sinkOf(claim.run_id, claim.fence);
  events.add({ type: "step.started", data: { step: seq, kind: "model", name: model.id } });
  partial.model = model;
  partial.prompt = prompt;
  try {
    const answer = await callModel({
      model: model.id, instructions: loaded.instructions, input: loaded.input, maxOutputTokens: model.max_output_tokens, signal: lease.signal,
      onText: (text) => {
        // PostgreSQL cannot store the character NUL; no readable answer needs it.
        const clean = text.replaceAll("\u0000", "");
        partial.text += clean;
        events.addText(seq, clean);
      },
    });
    await events.flush();
    const inputTokens = answer.inputTokens ?? estimateTokens(...prompt);
    const outputTokens = answer.outputTokens ?? estimateTokens(answer.text);
    const kept = await untilStored(() => storeStep(claim.run_id, claim.fence, {
      seq, kind: "model", name: model.id, output: partial.text, finishReason: answer.finishReason, inputTokens, outputTokens,
      spentMicros: costOf(model, inputTokens, outputTokens), startMs, endMs: Number(loaded.executedMs) + lease.executedMs(),
    }));
    return kept ? succeeded(partial.text) : null;
  } finally {
    await events.flush();
  }
}

/**
 * Reserves what a call may cost. While only other runs' reservations are in the way it waits for what comes back of
 * them, and the run's clock stands still.
 */
async function untilReserved(claim: Claim, lease: Lease, micros: number): Promise<Reservation> {
  const until = performance.now() + LONGEST_WAIT_MS;
  const resume = lease.hold();
  try {
    for (;;) {
      const answer = await reserveSpend(claim.run_id, claim.fence, micros);
      if (answer !== "wait" || performance.now() > until) return answer;
      await setTimeout(WAIT_MS, undefined, { signal: lease.signal });
    }
  } finally {
    resume();
  }
}

function succeeded(output: string): Outcome {
  return { status: "succeeded", output, errorCode: null, errorMessage: null, spentMicros: 0, billed: true };
}

const STOPS: Record<"cap_reached" | "key_cap_reached" | "timed_out" | "canceled" | "paused", Pick<Outcome, "status" | "errorCode" | "errorMessage">> = {
  cap_reached: { status: "stopped", errorCode: "minutes_cap_reached", errorMessage: "The workspace's agent-minutes of this period are used up. The output so far is kept." },
  key_cap_reached: { status: "stopped", errorCode: "key_cap_reached", errorMessage: "The API key's own agent-minutes of this period are used up. The output so far is kept." },
  timed_out: { status: "timed_out", errorCode: "run_timed_out", errorMessage: "The run reached its longest allowed time. The output so far is kept." },
  canceled: { status: "canceled", errorCode: null, errorMessage: null },
  paused: { status: "stopped", errorCode: "tenant_paused", errorMessage: "The workspace was paused. The output so far is kept." },
};

async function stopped(claim: Claim, lease: Lease, reason: StopReason, partial: Partial): Promise<Outcome | null> {
  if (reason === "shutdown") {
    const workedMs = await lease.close();
    await untilStored(() => releaseRun(claim.run_id, claim.fence, workedMs));
    return null;
  }
  if (reason === "lease_ended") {
    const refusal = await lease.lastWord();
    if (refusal !== null && refusal !== "lost") return stopped(claim, lease, refusal, partial);
  }
  if (reason === "lost" || reason === "lease_ended") {
    log().warn({ run_id: claim.run_id, tenant_id: claim.tenant_id, reason }, "run was taken away");
    return null;
  }
  // The endpoint has worked on the open call and will not say how much; four bytes a token is its likely measure.
  const spentMicros = partial.model ? costOf(partial.model, estimateTokens(...partial.prompt), estimateTokens(partial.text)) : 0;
  return { ...STOPS[reason], output: partial.text || null, spentMicros, billed: true };
}

/** Repeats a write while the database is away: work that was done is not thrown away for a short outage. */
async function untilStored(write: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof AppError && error.code === "unavailable") || attempt >= 40) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}
