import type { Prisma, Run, Step } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";

export type Claim = { outcome: "claimed" | "ended"; run_id: string; tenant_id: string; fence: number; granted_ms: number; is_child: boolean };

/** What a worker has room for: any run; a run of a tenant of which nothing runs; only what a waiting parent handed out. */
export type ClaimKind = "any" | "first" | "child";

/** Claims the next run: slot, time lease and fence in one statement. Null: nothing to do. */
export async function claimRun(workerId: string, sliceMs: number, leastMs: number, kind: ClaimKind = "any"): Promise<Claim | null> {
  const rows = await callFunction<Claim>("claim_run", "SELECT * FROM claim_run($1, $2, $3, $4)", [workerId, sliceMs, leastMs, kind]);
  return rows[0] ?? null;
}

export type Renewal = { outcome: "renewed" | "cap_reached" | "key_cap_reached" | "timed_out" | "canceled" | "paused" | "lost"; granted_ms: number };

/** Settles what was worked since the last call and leases the next slice. */
export async function renewLease(runId: string, fence: number, workedMs: number, sliceMs: number, leastMs: number): Promise<Renewal> {
  const rows = await callFunction<Renewal>("renew_lease", "SELECT * FROM renew_lease($1, $2, $3, $4, $5)", [runId, fence, workedMs, sliceMs, leastMs]);
  return rows[0] ?? { outcome: "lost", granted_ms: 0 };
}

/** `wait`: it fits but for what other runs hold and may give back. `run_cap`: the run's own cap does not cover it. */
export type Reservation = "reserved" | "wait" | "refused" | "run_cap" | "lost";

/** Reserves model spend before a call. */
export async function reserveSpend(runId: string, fence: number, micros: number): Promise<Reservation> {
  const rows = await callFunction<{ outcome: Reservation }>("reserve_spend", "SELECT reserve_spend($1, $2, $3) AS outcome", [runId, fence, micros]);
  return rows[0]?.outcome ?? "lost";
}

export type NewStep = {
  seq: number; kind: "model" | "tool"; name: string; output: string; finishReason: string | null;
  inputTokens: number; outputTokens: number; spentMicros: number; startMs: number; endMs: number;
  /** In the shapes of lib/runs/context.ts. */
  detail: Record<string, unknown>;
};

/** Stores a step; asking twice stores it once. False: the run is somebody else's now. */
export async function storeStep(runId: string, fence: number, step: NewStep): Promise<boolean> {
  const rows = await callFunction<{ done: boolean }>("store_step", "SELECT store_step($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS done", [
    runId, fence, step.seq, step.kind, step.name, step.output, step.finishReason, step.inputTokens, step.outputTokens, step.spentMicros, step.startMs, step.endMs, JSON.stringify(step.detail),
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

/** The run with its agent's slug and its stored steps, for execution. */
export function loadRun(tx: Tx, tenantId: string, runId: string): Promise<LoadedRun | null> {
  return tx.run.findFirst({ where: { tenantId, id: runId }, include: { agent: { select: { slug: true } }, steps: { orderBy: { seq: "asc" } } } });
}
export type LoadedRun = Run & { agent: { slug: string }; steps: Step[] };

/** What was said in the runs that a run goes on from, oldest first: at most `most` of them. */
export async function loadHistory(tx: Tx, tenantId: string, previousRunId: string, most: number): Promise<{ input: string; output: string | null }[]> {
  return tx.$queryRaw<{ input: string; output: string | null }[]>`
    WITH RECURSIVE back AS (
      SELECT r.input, r.output, r.previous_run_id, 1 AS place FROM run r WHERE r.tenant_id = ${tenantId} AND r.id = ${previousRunId}
      UNION ALL
      SELECT r.input, r.output, r.previous_run_id, b.place + 1 FROM back b JOIN run r ON r.tenant_id = ${tenantId} AND r.id = b.previous_run_id WHERE b.place < ${most}
    )
    SELECT input, output FROM back ORDER BY place DESC`;
}

/** The agents of a run and of everything above it. */
export async function loadAncestorAgents(tx: Tx, tenantId: string, runId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ agent_id: string }[]>`
    WITH RECURSIVE up AS (
      SELECT r.agent_id, r.parent_run_id FROM run r WHERE r.tenant_id = ${tenantId} AND r.id = ${runId}
      UNION ALL
      SELECT r.agent_id, r.parent_run_id FROM up u JOIN run r ON r.tenant_id = ${tenantId} AND r.id = u.parent_run_id
    )
    SELECT agent_id FROM up`;
  return rows.map((row) => row.agent_id);
}

/** How many runs are under a first ancestor. */
export function countDescendants(tx: Tx, tenantId: string, rootRunId: string): Promise<number> {
  return tx.run.count({ where: { tenantId, rootRunId } });
}

/** The child that a step of a run handed out, or null. */
export function findChild(tx: Tx, tenantId: string, parentRunId: string, parentSeq: number): Promise<{ id: string } | null> {
  return tx.run.findFirst({ where: { tenantId, parentRunId, parentSeq }, select: { id: true } });
}

/** Adds a child run; a second one for the same step is not added. */
export async function insertChild(tx: Tx, row: Prisma.RunUncheckedCreateInput): Promise<void> {
  await tx.run.createMany({ data: [row], skipDuplicates: true });
}
