import type { Run, Step } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";

export type Claim = { outcome: "claimed" | "ended"; run_id: string; tenant_id: string; fence: number; granted_ms: number };

/** Claims the next run: slot, time lease and fence in one statement. Null: nothing to do. */
export async function claimRun(workerId: string, sliceMs: number, leastMs: number): Promise<Claim | null> {
  const rows = await callFunction<Claim>("claim_run", "SELECT * FROM claim_run($1, $2, $3)", [workerId, sliceMs, leastMs]);
  return rows[0] ?? null;
}

export type Renewal = { outcome: "renewed" | "cap_reached" | "key_cap_reached" | "timed_out" | "canceled" | "paused" | "lost"; granted_ms: number };

/** Settles what was worked since the last call and leases the next slice. */
export async function renewLease(runId: string, fence: number, workedMs: number, sliceMs: number, leastMs: number): Promise<Renewal> {
  const rows = await callFunction<Renewal>("renew_lease", "SELECT * FROM renew_lease($1, $2, $3, $4, $5)", [runId, fence, workedMs, sliceMs, leastMs]);
  return rows[0] ?? { outcome: "lost", granted_ms: 0 };
}

/** `wait`: it fits but for what other runs hold and may give back. */
export type Reservation = "reserved" | "wait" | "refused" | "lost";

/** Reserves model spend before a call. */
export async function reserveSpend(runId: string, fence: number, micros: number): Promise<Reservation> {
  const rows = await callFunction<{ outcome: Reservation }>("reserve_spend", "SELECT reserve_spend($1, $2, $3) AS outcome", [runId, fence, micros]);
  return rows[0]?.outcome ?? "lost";
}

export type NewStep = {
  seq: number; kind: "model"; name: string; output: string; finishReason: string;
  inputTokens: number; outputTokens: number; spentMicros: number; startMs: number; endMs: number;
};

/** Stores a step; asking twice stores it once. False: the run is somebody else's now. */
export async function storeStep(runId: string, fence: number, step: NewStep): Promise<boolean> {
  const rows = await callFunction<{ done: boolean }>("store_step", "SELECT store_step($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS done", [
    runId, fence, step.seq, step.kind, step.name, step.output, step.finishReason, step.inputTokens, step.outputTokens, step.spentMicros, step.startMs, step.endMs,
  ]);
  return rows[0]?.done ?? false;
}

export type NewEvent = { type: string; data: Record<string, unknown> };

/** An event of a run that the caller holds with `fence`, in a batch whose number is above those of the run's earlier ones. */
export type RunEvent = NewEvent & { runId: string; fence: number; batch: number };

/** Appends events of any number of runs in one statement; returns the runs that were written to. What was written before is not written again. */
export async function appendRunEvents(events: RunEvent[]): Promise<string[]> {
  const rows = await callFunction<{ run_id: string }>("append_run_events", "SELECT append_run_events($1, $2, $3, $4, $5::text[]::jsonb[]) AS run_id", [
    events.map((event) => event.runId), events.map((event) => event.fence), events.map((event) => event.batch), events.map((event) => event.type), events.map((event) => JSON.stringify(event.data)),
  ]);
  return rows.map((row) => row.run_id);
}

export type Ending = {
  workedMs: number; spentMicros: number;
  /** False: the platform is to blame, and nothing of this is billed. */
  billed: boolean;
  status: "succeeded" | "failed" | "canceled" | "timed_out" | "stopped";
  output: string | null; errorCode: string | null; errorMessage: string | null;
};

/** Ends a run: settles, stores the outcome, tells the listeners. False: the run is somebody else's now. */
export async function finishRun(runId: string, fence: number, ending: Ending): Promise<boolean> {
  const rows = await callFunction<{ done: boolean }>("finish_run", "SELECT finish_run($1, $2, $3, $4, $5, $6, $7, $8, $9) AS done", [
    runId, fence, ending.workedMs, ending.spentMicros, ending.billed, ending.status, ending.output, ending.errorCode, ending.errorMessage,
  ]);
  return rows[0]?.done ?? false;
}

/** Puts a run back into the queue for another worker. */
export async function releaseRun(runId: string, fence: number, workedMs: number): Promise<boolean> {
  const rows = await callFunction<{ done: boolean }>("release_run", "SELECT release_run($1, $2, $3) AS done", [runId, fence, workedMs]);
  return rows[0]?.done ?? false;
}

/** Takes runs back from workers that stopped renewing, one a transaction; returns how many. */
export async function reapExpiredLeases(mostAttempts: number): Promise<number> {
  for (let reaped = 0; ; reaped++) {
    const rows = await callFunction<{ found: number }>("reap_expired_leases", "SELECT reap_expired_leases($1) AS found", [mostAttempts]);
    if (!rows[0]?.found) return reaped;
  }
}

/** `recheck`: a cap was lowered below what is used and leased; renew at once. */
export type Signal = { run_id: string; signal: "canceled" | "paused" | "lost" | "recheck" };

/** Which of these runs should stop, and why. */
export function readRunSignals(held: { runId: string; fence: number }[]): Promise<Signal[]> {
  return callFunction<Signal>("run_signals", "SELECT * FROM run_signals($1::text[], $2::bigint[])", [held.map((one) => one.runId), held.map((one) => one.fence)]);
}

/** The run with its stored steps, for execution. */
export function loadRun(tx: Tx, tenantId: string, runId: string): Promise<(Run & { steps: Step[] }) | null> {
  return tx.run.findFirst({ where: { tenantId, id: runId }, include: { steps: { orderBy: { seq: "asc" } } } });
}
