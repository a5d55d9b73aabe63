import { AppError } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { toList, type ListBody, type PageQuery } from "@/lib/core/pagination";
import { withTenant, type Tx } from "@/lib/platform/db";
import { requireUsableAgent } from "@/lib/agents/service";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { nextTime, nextTimes, timingFault, type Timing } from "@/lib/schedules/policy";
import { toScheduleDto } from "@/lib/schedules/present";
import { countScheduleRows, deleteScheduleRow, findScheduleRow, insertScheduleRow, listScheduleRows, updateScheduleRow, type ScheduleRow } from "@/lib/schedules/repo";
import { MAX_SCHEDULES, type CreateSchedule, type ScheduleDto, type UpdateSchedule } from "@/lib/schedules/schema";
import { lockTenant } from "@/lib/tenants/service";

/** The tenant's schedules, newest first, paused ones too. */
export async function listSchedules(tenantId: string, page: PageQuery): Promise<ListBody<ScheduleDto>> {
  return toList(await withTenant(tenantId, (tx) => listScheduleRows(tx, tenantId, page)), page.limit, toScheduleDto);
}

/** One schedule. @throws AppError `not_found` */
export async function requireSchedule(tenantId: string, id: string): Promise<ScheduleDto> {
  return toScheduleDto(await withTenant(tenantId, (tx) => requireRow(tx, tenantId, id)));
}

/** The next times of an expression, as ISO 8601 instants. @throws AppError `invalid_field` */
export function previewTimes(timing: Timing, count: number): string[] {
  refuseFault(timing);
  return nextTimes(timing, new Date(), count).map((time) => time.toISOString());
}

/** Adds a schedule; its runs are in the actor's name. @throws AppError `invalid_field`, `not_found` for an unknown agent, `conflict` for too many */
export async function createSchedule(actor: Actor, input: CreateSchedule): Promise<ScheduleDto> {
  const { tenantId } = actor;
  const timing = { cron: input.cron, timeZone: input.time_zone };
  refuseFault(timing);
  return withTenant(tenantId, async (tx) => {
    // Two at once would both see room for one.
    await lockTenant(tx, tenantId);
    const agentId = await requireAgentId(tx, tenantId, input.agent);
    if ((await countScheduleRows(tx, tenantId)) >= MAX_SCHEDULES) throw new AppError("conflict", `A workspace has at most ${MAX_SCHEDULES} schedules. Delete one that is no longer needed.`);
    const row = await insertScheduleRow(tx, {
      id: newId("sch"), tenantId, agentId, input: input.input, ...timing, enabled: input.enabled, nextRunAt: input.enabled ? nextTime(timing, new Date()) : null, createdBy: actor.userId,
    });
    await recordAudit(tx, actor, { action: "schedule.created", targetType: "schedule", targetId: row.id, after: settingsOf(row) });
    return toScheduleDto(row);
  });
}

/**
 * Changes, pauses or resumes a schedule. What was missed while it was paused stays missed.
 * @throws AppError `not_found`, `invalid_field`
 */
export async function updateSchedule(actor: Actor, id: string, change: UpdateSchedule): Promise<ScheduleDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const before = await requireRow(tx, tenantId, id);
    const timing = { cron: change.cron ?? before.cron, timeZone: change.time_zone ?? before.timeZone };
    refuseFault(timing);
    const enabled = change.enabled ?? before.enabled;
    const agentId = change.agent === undefined ? before.agentId : await requireAgentId(tx, tenantId, change.agent);
    // A time that is due stays due, unless it is another time now.
    const kept = before.enabled && timing.cron === before.cron && timing.timeZone === before.timeZone;
    await updateScheduleRow(tx, tenantId, id, {
      agentId, input: change.input ?? before.input, ...timing, enabled, nextRunAt: !enabled ? null : kept ? before.nextRunAt : nextTime(timing, new Date()), failure: null, failedAt: null, updatedAt: new Date(),
    });
    const after = await requireRow(tx, tenantId, id);
    await recordAudit(tx, actor, { action: "schedule.updated", targetType: "schedule", targetId: id, before: settingsOf(before), after: { ...settingsOf(after), ...(after.input === before.input ? {} : { input_changed: true }) } });
    return toScheduleDto(after);
  });
}

/** Deletes a schedule; the runs that it started stay. Returns it as it was. @throws AppError `not_found` */
export async function deleteSchedule(actor: Actor, id: string): Promise<ScheduleDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const row = await requireRow(tx, tenantId, id);
    await deleteScheduleRow(tx, tenantId, id);
    await recordAudit(tx, actor, { action: "schedule.deleted", targetType: "schedule", targetId: id, before: settingsOf(row) });
    return toScheduleDto(row);
  });
}

async function requireRow(tx: Tx, tenantId: string, id: string): Promise<ScheduleRow> {
  const row = isId("sch", id) ? await findScheduleRow(tx, tenantId, id) : null;
  if (!row) throw new AppError("not_found", "There is no such schedule in this workspace.");
  return row;
}

async function requireAgentId(tx: Tx, tenantId: string, named: string): Promise<string> {
  return (await requireUsableAgent(tx, tenantId, named)).id;
}

function refuseFault(timing: Timing): void {
  const fault = timingFault(timing);
  if (fault) throw new AppError("invalid_field", fault.message, { param: fault.param });
}

/** For the audit log: never what the agent is given. */
function settingsOf(row: ScheduleRow): { agent_id: string; cron: string; time_zone: string; enabled: boolean } {
  return { agent_id: row.agentId, cron: row.cron, time_zone: row.timeZone, enabled: row.enabled };
}
