import { createBatcher } from "@/lib/core/batch";
import { AppError } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { LruMap } from "@/lib/core/lru-map";
import { toList, type ListBody } from "@/lib/core/pagination";
import { MINUTE_MS } from "@/lib/core/time";
import { withTenant, type Tx } from "@/lib/platform/db";
import { processSingleton } from "@/lib/platform/process-singleton";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { findAgent, requireUsableAgent } from "@/lib/agents/service";
import type { Admission } from "@/lib/limits/admission";
import { requireBreakerClosed } from "@/lib/limits/breaker";
import { isModelOffered } from "@/lib/models/lookup";
import type { RunContext } from "@/lib/runs/context";
import { canStartRun, MAX_HISTORY_RUNS } from "@/lib/runs/policy";
import { cancelRunRow, countActiveRuns, countQueuedBefore, countQueuedRuns, deleteContentRows, findRootId, findRunRow, findRunState, insertRunRow, listChildRows, listEarlierRows, listMilestoneRows, listRunRows, listTreeRows } from "@/lib/runs/repo";
import { toRunDto, toRunSummary } from "@/lib/runs/present";
import { isEnded, type CreateRun, type RunDto, type RunListQuery, type RunSummary } from "@/lib/runs/schema";

/** How many runs that go on from one are shown with it. */
const MOST_LATER = 20;
const MOST_MILESTONES = 2_000;

/** What a run is asked to do. `context`: what came with a request of chat completions. */
export type NewRun = Pick<CreateRun, "agent" | "input" | "metadata" | "max_minutes" | "previous_run_id"> & { context?: RunContext };

/** Called with a new run's id in the transaction that makes it. */
export type OnCreated = (tx: Tx, runId: string) => Promise<void>;

/**
 * Queues a run. Whether there is something left to spend is looked at here so that a hopeless run is refused early;
 * claiming it is what decides.
 * @throws AppError 402 when paused, out of quota or for a read-only agent, `not_found` for an unknown agent or previous run, `conflict` for one that cannot
 * be gone on from, `queue_full`, `unavailable` while the platform's own cap has tripped
 */
export async function createRun(by: Admission, input: NewRun, onCreated?: OnCreated): Promise<RunDto> {
  refuseHopeless(by);
  return withTenant(by.tenant.id, async (tx) => {
    const run = await queueRun(tx, by, input);
    await onCreated?.(tx, run.id);
    return run;
  });
}

/** As {@link createRun}, inside the caller's transaction of the tenant. */
export async function queueRun(tx: Tx, by: Admission, input: NewRun): Promise<RunDto> {
  refuseHopeless(by);
  const { tenant, limits } = by;
  await requireBreakerClosed(tx);
  const agent = await requireUsableAgent(tx, tenant.id, input.agent);
  if (!(await isModelOffered(tx, tenant.id, agent.model))) {
    throw new AppError("conflict", `The agent's model \`${agent.model}\` is no longer offered. Choose another one for the agent.`, { param: "agent" });
  }
  if (input.previous_run_id !== undefined) await requirePrevious(tx, tenant.id, input.previous_run_id);
  const waiting = await countQueuedRuns(tx, tenant.id);
  if (waiting >= limits.queueDepth) {
    throw new AppError("queue_full", `${limits.queueDepth} runs of this workspace are waiting already.`, { retryAfterS: 5 });
  }
  const row = await insertRunRow(tx, {
    id: newId("run"), tenantId: tenant.id, agentId: agent.id, agentVersion: agent.version, apiKeyId: by.key?.id ?? null, userId: by.key ? null : by.userId,
    input: input.input, metadata: input.metadata ?? {}, context: input.context, model: agent.model, previousRunId: input.previous_run_id ?? null,
    maxMs: Math.min(limits.longestRunMs, ...[agent.max_minutes, input.max_minutes ?? null].filter((minutes) => minutes !== null).map((minutes) => Math.ceil(minutes * MINUTE_MS))), maxSpendMicros: agent.max_spend_micros,
  });
  return toRunDto(row, waiting);
}

function refuseHopeless(by: Admission): void {
  const refusal = canStartRun(by);
  if (refusal) throw new AppError(refusal.code, refusal.message);
}

/** A run can be gone on from once it has ended and while its contents are kept. */
async function requirePrevious(tx: Tx, tenantId: string, id: string): Promise<void> {
  const previous = isId("run", id) ? await findRunState(tx, tenantId, id) : null;
  if (!previous) throw new AppError("not_found", "There is no such run in this workspace.", { param: "previous_run_id" });
  if (!isEnded(previous.status)) throw new AppError("conflict", "That run has not ended yet.", { param: "previous_run_id" });
  if (previous.contentDeletedAt) throw new AppError("conflict", "What was said in that run has been deleted.", { param: "previous_run_id" });
}

/** The tenant's runs without contents, newest first. */
export async function listRuns(tenantId: string, query: RunListQuery): Promise<ListBody<RunSummary>> {
  const { agent: named, api_key: apiKeyId, first_only: firstOnly, created_after: createdAfter, created_before: createdBefore, parent: parentRunId, previous: previousRunId, ...rest } = query;
  const page = { cursor: rest.cursor, status: rest.status, apiKeyId, firstOnly, createdAfter, createdBefore, parentRunId, previousRunId, most: query.limit + 1 };
  const rows = await withTenant(tenantId, async (tx) => {
    if (named === undefined) return listRunRows(tx, tenantId, page);
    // An id needs no look-up, and is how the runs of an archived agent are found.
    const agentId = isId("agt", named) ? named : (await findAgent(tx, tenantId, named))?.id;
    return agentId === undefined ? [] : listRunRows(tx, tenantId, { ...page, agentId });
  });
  return toList(rows, query.limit, toRunSummary);
}

type UnderWay = { running: number; queued: number };

/** Tenants whose askers share questions; past it, what was begun longest ago is shared no longer. */
const MOST_SHARED = 1_000;

/**
 * How many of the tenant's runs execute and how many wait. Who asks while the database is asked shares the next question: when something is
 * used, all the pages that waited for it ask at once.
 */
export function countRunsUnderWay(tenantId: string): Promise<UnderWay> {
  const shared = processSingleton("runs-under-way", () => new LruMap<string, (asker: null) => Promise<UnderWay>>(MOST_SHARED));
  let ask = shared.get(tenantId);
  if (!ask) {
    ask = createBatcher(async (askers: null[]) => {
      const counts = await withTenant(tenantId, (tx) => countActiveRuns(tx, tenantId));
      return askers.map(() => counts);
    }, Number.POSITIVE_INFINITY);
    shared.set(tenantId, ask);
  }
  return ask(null);
}

/** One run with its steps. @throws AppError `not_found` */
export async function requireRun(tenantId: string, id: string): Promise<RunDto> {
  const found = isId("run", id) ? await withTenant(tenantId, async (tx) => {
    const row = await findRunRow(tx, tenantId, id);
    return row && { row, before: row.status === "queued" ? await countQueuedBefore(tx, tenantId, id) : null };
  }) : null;
  if (!found) throw new AppError("not_found", "There is no such run in this workspace.");
  return toRunDto(found.row, found.before);
}

/** Cancels a run: at once while it waits, within a second while it executes; a run that has ended stays as it is. @throws AppError `not_found` */
export async function cancelRun(actor: Actor, id: string): Promise<RunDto> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    const before = await findRunState(tx, tenantId, id);
    if (!before || !(await cancelRunRow(tx, tenantId, id))) throw new AppError("not_found", "There is no such run in this workspace.");
    if (isEnded(before.status) || before.cancelRequestedAt) return;
    await recordAudit(tx, actor, { action: "run.canceled", targetType: "run", targetId: id, before: { status: before.status } });
  });
  return requireRun(tenantId, id);
}

/** The runs that a run's model handed out to other agents, oldest first. */
export async function listChildren(tenantId: string, id: string): Promise<RunSummary[]> {
  return (await withTenant(tenantId, (tx) => listChildRows(tx, tenantId, id))).map(toRunSummary);
}

/** Everything that came of a run: what its model handed out, what those handed out, and so on, oldest first. Each names its parent. */
export async function listDescendants(tenantId: string, id: string): Promise<RunSummary[]> {
  const rows = await withTenant(tenantId, async (tx) => {
    const rootId = await findRootId(tx, tenantId, id);
    return rootId === null ? [] : listTreeRows(tx, tenantId, rootId);
  });
  const below = new Set([id]);
  // A child is younger than its parent, so its parent has been looked at before it.
  for (const row of rows) if (row.parentRunId !== null && below.has(row.parentRunId)) below.add(row.id);
  return rows.filter((row) => row.id !== id && below.has(row.id)).map(toRunSummary);
}

/** The conversation around a run: the runs that it goes on from, oldest first, and those that go on from it, newest first. */
export async function readThread(tenantId: string, run: RunDto): Promise<{ earlier: RunSummary[]; later: RunSummary[] }> {
  const { earlier, later } = await withTenant(tenantId, async (tx) => ({
    earlier: run.previous_run_id === null ? [] : await listEarlierRows(tx, tenantId, run.previous_run_id, MAX_HISTORY_RUNS),
    later: await listRunRows(tx, tenantId, { previousRunId: run.id, most: MOST_LATER }),
  }));
  return { earlier: earlier.map(toRunSummary), later: later.map(toRunSummary) };
}

/** What a run's events told of its course beside its text, in order: starts, retries and lost workers. Empty once its contents are deleted. */
export async function readMilestones(tenantId: string, id: string): Promise<{ id: number; type: string; data: Record<string, unknown> }[]> {
  const rows = await withTenant(tenantId, (tx) => listMilestoneRows(tx, tenantId, id, MOST_MILESTONES));
  return rows.map(({ seq, type, data }) => ({ id: seq, type, data: typeof data === "object" && data !== null ? { ...data } : {} }));
}

/** Deletes what a run was given and what it said; what was metered stays. @throws AppError `not_found`, `conflict` while it has not ended */
export async function deleteRunContent(actor: Actor, id: string): Promise<RunDto> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    const before = isId("run", id) ? await findRunState(tx, tenantId, id) : null;
    if (!before) throw new AppError("not_found", "There is no such run in this workspace.");
    if (!(await deleteContentRows(tx, tenantId, id))) throw new AppError("conflict", "The run has not ended. Cancel it first.");
    if (!before.contentDeletedAt) await recordAudit(tx, actor, { action: "run.content_deleted", targetType: "run", targetId: id });
  });
  return requireRun(tenantId, id);
}
