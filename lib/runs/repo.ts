import type { Prisma, Step } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";
import type { RunContext } from "@/lib/runs/context";
import { listRunIds, type RunPage } from "@/lib/runs/list/repo";

const SUMMARY = {
  id: true, tenantId: true, agentId: true, agentVersion: true, previousRunId: true, parentRunId: true, status: true, model: true, errorCode: true, errorMessage: true, metadata: true, executedMs: true, lostMs: true,
  inputTokens: true, outputTokens: true, modelSpendMicros: true, maxMs: true, createdAt: true, startedAt: true, finishedAt: true, contentDeletedAt: true,
  agent: { select: { slug: true, name: true } },
} satisfies Prisma.RunSelect;
const FULL = { ...SUMMARY, input: true, output: true, steps: { orderBy: { seq: "asc" } } } satisfies Prisma.RunSelect;

export type RunSummaryRow = Prisma.RunGetPayload<{ select: typeof SUMMARY }>;
export type RunRow = Prisma.RunGetPayload<{ select: typeof FULL }>;
export type StepRow = Step;

/** A page of runs, newest first. */
export async function listRunRows(tx: Tx, tenantId: string, page: RunPage): Promise<RunSummaryRow[]> {
  return findSummaryRows(tx, tenantId, await listRunIds(tx, tenantId, page));
}

/** These runs, newest first. */
export async function findSummaryRows(tx: Tx, tenantId: string, ids: string[]): Promise<RunSummaryRow[]> {
  return ids.length === 0 ? [] : tx.run.findMany({ where: { tenantId, id: { in: ids } }, select: SUMMARY, orderBy: { id: "desc" } });
}

export function findRunRow(tx: Tx, tenantId: string, id: string): Promise<RunRow | null> {
  return tx.run.findFirst({ where: { tenantId, id }, select: FULL });
}

export function countQueuedRuns(tx: Tx, tenantId: string): Promise<number> {
  return tx.run.count({ where: { tenantId, status: "queued" } });
}

/** How many of the tenant's waiting runs were asked for before this one. */
export function countQueuedBefore(tx: Tx, tenantId: string, id: string): Promise<number> {
  return tx.run.count({ where: { tenantId, status: "queued", id: { lt: id } } });
}

/** Deletes a run's contents; false when the tenant has no such run, or it has not ended. */
export async function deleteContentRows(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ done: boolean }[]>`SELECT delete_run_content(${tenantId}, ${id}) AS done`;
  return rows[0]?.done ?? false;
}

/** The runs that a run's model handed out, oldest first. */
export function listChildRows(tx: Tx, tenantId: string, parentRunId: string): Promise<RunSummaryRow[]> {
  return tx.run.findMany({ where: { tenantId, parentRunId }, select: SUMMARY, orderBy: { id: "asc" } });
}

/** Every run below this one, or below the first of its ancestors, oldest first. */
export function listTreeRows(tx: Tx, tenantId: string, rootRunId: string): Promise<RunSummaryRow[]> {
  return tx.run.findMany({ where: { tenantId, rootRunId }, select: SUMMARY, orderBy: { id: "asc" } });
}

/** The first of a run's ancestors, which may be itself; null when the tenant has no such run. */
export async function findRootId(tx: Tx, tenantId: string, id: string): Promise<string | null> {
  const row = await tx.run.findFirst({ where: { tenantId, id }, select: { rootRunId: true } });
  return row && (row.rootRunId ?? id);
}

/** The runs that a run goes on from, oldest first: at most `most`, the latest of them. */
export async function listEarlierRows(tx: Tx, tenantId: string, previousRunId: string, most: number): Promise<RunSummaryRow[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE back AS (
      SELECT r.id, r.previous_run_id, 1 AS place FROM run r WHERE r.tenant_id = ${tenantId} AND r.id = ${previousRunId}
      UNION ALL
      SELECT r.id, r.previous_run_id, b.place + 1 FROM back b JOIN run r ON r.tenant_id = ${tenantId} AND r.id = b.previous_run_id WHERE b.place < ${most}
    )
    SELECT id FROM back`;
  return (await findSummaryRows(tx, tenantId, rows.map(({ id }) => id))).reverse();
}

/** How many runs execute and how many wait; both indexes hold such runs only. */
export async function countActiveRuns(tx: Tx, tenantId: string): Promise<{ running: number; queued: number }> {
  const rows = await tx.$queryRaw<{ running: number; queued: number }[]>`
    SELECT (SELECT count(*)::int FROM run WHERE tenant_id = ${tenantId} AND status = 'running') AS running,
           (SELECT count(*)::int FROM run WHERE tenant_id = ${tenantId} AND status = 'queued') AS queued`;
  return rows[0] ?? { running: 0, queued: 0 };
}

export function insertRunRow(tx: Tx, { context, ...data }: Omit<Prisma.RunUncheckedCreateInput, "context"> & { context?: RunContext | undefined }): Promise<RunRow> {
  // What the schema of a context lets through is JSON.
  return tx.run.create({ data: { ...data, context: context as Prisma.InputJsonObject | undefined }, select: FULL });
}

/** How a run stands, or null when the tenant has no such run. */
export function findRunState(tx: Tx, tenantId: string, id: string): Promise<{ status: string; cancelRequestedAt: Date | null; contentDeletedAt: Date | null } | null> {
  return tx.run.findFirst({ where: { tenantId, id }, select: { status: true, cancelRequestedAt: true, contentDeletedAt: true } });
}

/** Cancels; false when the tenant has no such run. */
export async function cancelRunRow(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ found: boolean }[]>`SELECT cancel_run(${tenantId}, ${id}) AS found`;
  return rows[0]?.found ?? false;
}

/** Deletes the contents of runs that ended longer ago than their tenant keeps them, of at most `most` runs; returns how many. */
export async function purgeContentRows(most: number): Promise<number> {
  const rows = await callFunction<{ purged: number }>("purge_contents", "SELECT purge_contents($1) AS purged", [most]);
  return rows[0]?.purged ?? 0;
}

export type EventRow = { run_id: string; seq: number; type: string; data: Record<string, unknown>; created_at: Date };
/** What a run's events told of its course beside its text, in order. */
export function listMilestoneRows(tx: Tx, tenantId: string, runId: string, most: number): Promise<{ seq: number; type: string; data: unknown }[]> {
  return tx.runEvent.findMany({
    where: { tenantId, runId, type: { in: ["run.started", "run.requeued", "step.started", "step.retrying"] } },
    select: { seq: true, type: true, data: true }, orderBy: { seq: "asc" }, take: most,
  });
}

export type EventListener = { tenantId: string; runId: string; after: number };

/** New events for all listeners of this process, in order, at most `most` for each. */
export function readEventsAfter(listeners: EventListener[], most: number): Promise<EventRow[]> {
  return callFunction<EventRow>("run_events_after", "SELECT * FROM run_events_after($1::text[], $2::text[], $3::int[], $4)", [
    listeners.map((one) => one.tenantId), listeners.map((one) => one.runId), listeners.map((one) => one.after), most,
  ]);
}
