/** Starts the runs of schedules whose time has come. Any number of workers may do so at once. */
import { AppError } from "@/lib/core/errors";
import { withTenant } from "@/lib/platform/db";
import { reportError } from "@/lib/platform/report-error";
import { admitMember } from "@/lib/limits/admission";
import { queueRun } from "@/lib/runs/service";
import { nextTime } from "@/lib/schedules/policy";
import { claimDueRows, findScheduleRow, moveOn, updateScheduleRow, type DueRow, type ScheduleRow } from "@/lib/schedules/repo";
import { memberAllows } from "@/lib/tenants/policy";

const MOST_AT_ONCE = 20;

/**
 * Starts one run for each schedule that is due, whatever it has missed, and moves it on to its next time. A refusal is kept
 * with the schedule. Returns how many schedules were due.
 */
export async function startDueSchedules(): Promise<number> {
  const due = await claimDueRows(MOST_AT_ONCE);
  for (const one of due) {
    try {
      await startDue(one);
    } catch (error) {
      // It stays due, and is tried again when its claim has run out; the others do not wait for it.
      reportError(error, { job: "start schedules", tenant_id: one.tenant_id });
    }
  }
  return due.length;
}

async function startDue(due: DueRow): Promise<void> {
  try {
    await startRun(due);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await noteRefusal(due, error.message);
  }
}

/** The run and the move to the next time are one transaction: neither is there without the other, and so never twice. */
async function startRun(due: DueRow): Promise<void> {
  const tenantId = due.tenant_id;
  const schedule = await withTenant(tenantId, (tx) => findScheduleRow(tx, tenantId, due.id));
  if (!schedule) return;
  const by = await admitMember(tenantId, schedule.createdBy);
  if (!by) throw new AppError("scope_missing", "Whoever made this schedule is no longer a member of the workspace. Delete it and make it anew.");
  if (by.readOnly) throw new AppError("plan_required", "The plan has no seat for whoever made this schedule, so it starts nothing. It goes on once they have one; or somebody who has one makes it anew.");
  if (!memberAllows(by, "runs:write")) throw new AppError("scope_missing", "Whoever made this schedule may no longer start runs.");
  await withTenant(tenantId, async (tx) => {
    // Locks the row, so that of two workers the second waits and then finds it moved on.
    if (!(await moveOn(tx, due, { nextRunAt: timeAfter(schedule, due), failure: null, failedAt: null }))) return;
    const run = await queueRun(tx, by, { agent: schedule.agentId, input: schedule.input, metadata: { schedule_id: schedule.id } });
    await updateScheduleRow(tx, tenantId, schedule.id, { lastRunId: run.id, lastRunAt: new Date() });
  });
}

async function noteRefusal(due: DueRow, failure: string): Promise<void> {
  await withTenant(due.tenant_id, async (tx) => {
    const schedule = await findScheduleRow(tx, due.tenant_id, due.id);
    if (schedule) await moveOn(tx, due, { nextRunAt: timeAfter(schedule, due), failure, failedAt: new Date() });
  });
}

/** From now on: what was missed is not made up for. Never the time that is due, though this process's clock may be behind the database's. */
function timeAfter(schedule: ScheduleRow, due: DueRow): Date {
  return nextTime(schedule, new Date(Math.max(Date.now(), due.due_at.getTime())));
}
