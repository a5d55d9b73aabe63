import { AppError } from "@/lib/core/errors";
import { log } from "@/lib/platform/log";
import { metrics } from "@/lib/platform/metrics";
import { ModelError } from "@/lib/platform/model";
import { reportError } from "@/lib/platform/report-error";
import { EventWriter, type EventSink } from "@/lib/runs/worker/event-writer";
import { ended, type OpenCall, type Outcome } from "@/lib/runs/worker/job";
import { Lease, RunStopped, type StopReason } from "@/lib/runs/worker/lease";
import { finishRun, releaseRun, type Claim } from "@/lib/runs/worker/repo";
import { costOf, estimateTokens } from "@/lib/runs/worker/spend";
import { untilStored } from "@/lib/runs/worker/until-stored";
import { work } from "@/lib/runs/worker/work";

const writer = new EventWriter();

/** A claimed run while it executes. */
export type Execution = {
  runId: string;
  fence: number;
  isChild: boolean;
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
  return { runId: claim.run_id, fence: claim.fence, isChild: claim.is_child, stop: (reason) => lease.stop(reason), recheck: () => lease.recheck(), done: run(claim, lease) };
}

async function run(claim: Claim, lease: Lease): Promise<void> {
  const open: OpenCall = { text: "", model: null, prompt: [] };
  const events = writer.sinkOf(claim.run_id, claim.fence);
  metrics().runsActive.inc();
  try {
    const outcome = await outcomeOf(claim, lease, events, open);
    if (outcome === null) return;
    const workedMs = await lease.close();
    await events.flush();
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
async function outcomeOf(claim: Claim, lease: Lease, events: EventSink, open: OpenCall): Promise<Outcome | null> {
  try {
    return await work(claim, lease, events, open);
  } catch (error) {
    const reason: unknown = lease.signal.reason;
    if (lease.signal.aborted && reason instanceof RunStopped) return stopped(claim, lease, reason.reason, open);
    if (error instanceof ModelError) {
      log().warn({ err: error.cause ?? error, run_id: claim.run_id, tenant_id: claim.tenant_id, fault: error.fault }, "model call failed");
      // A request that the endpoint refuses is the customer's, and so is everything that an endpoint of theirs does. Where ours fails, its time is not billed.
      return ended("failed", error.fault, error.message, { output: open.text || null, billed: error.fault === "model_rejected" || error.ofTenant });
    }
    if (error instanceof AppError && error.code === "unavailable") throw error;
    reportError(error, { run_id: claim.run_id, tenant_id: claim.tenant_id });
    return ended("failed", "internal", "Something failed on our side. This run is not billed.", { billed: false });
  }
}

const STOPS: Record<"cap_reached" | "key_cap_reached" | "timed_out" | "canceled" | "paused", Pick<Outcome, "status" | "errorCode" | "errorMessage">> = {
  cap_reached: { status: "stopped", errorCode: "minutes_cap_reached", errorMessage: "The workspace's agent-minutes of this period are used up. The output so far is kept." },
  key_cap_reached: { status: "stopped", errorCode: "key_cap_reached", errorMessage: "The API key's own agent-minutes of this period are used up. The output so far is kept." },
  timed_out: { status: "timed_out", errorCode: "run_timed_out", errorMessage: "The run reached its longest allowed time. The output so far is kept." },
  canceled: { status: "canceled", errorCode: null, errorMessage: null },
  paused: { status: "stopped", errorCode: "tenant_paused", errorMessage: "The workspace was paused. The output so far is kept." },
};

async function stopped(claim: Claim, lease: Lease, reason: StopReason, open: OpenCall): Promise<Outcome | null> {
  if (reason === "shutdown") {
    const workedMs = await lease.close();
    await untilStored(() => releaseRun(claim.run_id, claim.fence, workedMs));
    return null;
  }
  if (reason === "lease_ended") {
    const refusal = await lease.lastWord();
    if (refusal !== null && refusal !== "lost") return stopped(claim, lease, refusal, open);
  }
  if (reason === "lost" || reason === "lease_ended") {
    log().warn({ run_id: claim.run_id, tenant_id: claim.tenant_id, reason }, "run was taken away");
    return null;
  }
  // The endpoint has worked on the open call and will not say how much; four bytes a token is its likely measure.
  const spentMicros = open.model ? costOf(open.model, estimateTokens(...open.prompt), estimateTokens(open.text)) : 0;
  return { ...STOPS[reason], output: open.text || null, spentMicros, billed: true };
}
