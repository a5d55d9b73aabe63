import type { ScheduleRow } from "@/lib/schedules/repo";
import type { ScheduleDto } from "@/lib/schedules/schema";

/** A schedule as the API and the pages see it. */
export function toScheduleDto(row: ScheduleRow): ScheduleDto {
  return {
    id: row.id, object: "schedule", agent: row.agent.slug, agent_id: row.agentId, input: row.input, cron: row.cron, time_zone: row.timeZone, enabled: row.enabled,
    next_run_at: row.nextRunAt?.toISOString() ?? null, last_run_id: row.lastRunId, last_run_at: row.lastRunAt?.toISOString() ?? null,
    failure: row.failure === null ? null : { message: row.failure, at: (row.failedAt ?? row.updatedAt).toISOString() },
    created_by: row.createdBy, created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString(),
  };
}
