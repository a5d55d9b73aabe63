import { AppError } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { toList, type ListBody } from "@/lib/core/pagination";
import { MINUTE_MS } from "@/lib/core/time";
import { withTenant } from "@/lib/platform/db";
import { modelCatalogue } from "@/lib/platform/model";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { findAgent } from "@/lib/agents/service";
import type { Admission } from "@/lib/limits/admission";
import { requireBreakerClosed } from "@/lib/limits/breaker";
import { canStartRun } from "@/lib/runs/policy";
import { cancelRunRow, countActiveRuns, countQueuedRuns, findRunRow, findRunState, insertRunRow, listRunRows } from "@/lib/runs/repo";
import { toRunDto, toRunSummary } from "@/lib/runs/present";
import { isEnded, type CreateRun, type RunDto, type RunListQuery, type RunSummary } from "@/lib/runs/schema";

/**
 * Queues a run. Whether there is something left to spend is looked at here so that a hopeless run is refused early;
 * claiming it is what decides.
 * @throws AppError 402 when paused or out of quota, `not_found` for an unknown agent, `queue_full`, `unavailable` while the platform's own cap has tripped
 */
export async function createRun(by: Admission, input: Pick<CreateRun, "agent" | "input" | "metadata" | "max_minutes">): Promise<RunDto> {
  const refusal = canStartRun(by);
  if (refusal) throw new AppError(refusal.code, refusal.message);
  const { tenant, limits } = by;
  return withTenant(tenant.id, async (tx) => {
    await requireBreakerClosed(tx);
    const agent = await findAgent(tx, tenant.id, input.agent);
    if (!agent) throw new AppError("not_found", "There is no such agent in this workspace.", { param: "agent" });
    if (!modelCatalogue().some((model) => model.id === agent.model)) {
      throw new AppError("conflict", `The agent's model \`${agent.model}\` is no longer offered. Choose another one for the agent.`, { param: "agent" });
    }
    if ((await countQueuedRuns(tx, tenant.id)) >= limits.queueDepth) {
      throw new AppError("queue_full", `${limits.queueDepth} runs of this workspace are waiting already.`, { retryAfterS: 5 });
    }
    const asked = input.max_minutes === undefined ? limits.longestRunMs : Math.ceil(input.max_minutes * MINUTE_MS);
    const row = await insertRunRow(tx, {
      id: newId("run"), tenantId: tenant.id, agentId: agent.id, apiKeyId: by.key?.id ?? null, userId: by.key ? null : by.userId,
      input: input.input, metadata: input.metadata ?? {}, agentVersion: agent.version, model: agent.model,
      maxMs: Math.min(asked, limits.longestRunMs),
    });
    return toRunDto(row);
  });
}

/** The tenant's runs without contents, newest first. */
export async function listRuns(tenantId: string, query: RunListQuery): Promise<ListBody<RunSummary>> {
  const rows = await withTenant(tenantId, async (tx) => {
    if (query.agent === undefined) return listRunRows(tx, tenantId, query);
    const agent = await findAgent(tx, tenantId, query.agent);
    return agent ? listRunRows(tx, tenantId, { ...query, agentId: agent.id }) : [];
  });
  return toList(rows, query.limit, toRunSummary);
}

/** How many of the tenant's runs execute and how many wait. */
export function countRunsUnderWay(tenantId: string): Promise<{ running: number; queued: number }> {
  return withTenant(tenantId, (tx) => countActiveRuns(tx, tenantId));
}

/** One run with its steps. @throws AppError `not_found` */
export async function requireRun(tenantId: string, id: string): Promise<RunDto> {
  const row = isId("run", id) ? await withTenant(tenantId, (tx) => findRunRow(tx, tenantId, id)) : null;
  if (!row) throw new AppError("not_found", "There is no such run in this workspace.");
  return toRunDto(row);
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
