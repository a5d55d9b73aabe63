import { z } from "zod";
import { listSchema } from "@/lib/core/pagination";
import { runInputSchema } from "@/lib/runs/schema";

/** Most schedules of a tenant. */
export const MAX_SCHEDULES = 20;

const fields = {
  agent: z.string().min(1, "Name the agent by its slug or id.").max(64).describe("Id or slug."),
  input: runInputSchema.describe("What each run works on."),
  cron: z.string().trim().min(1, "Say when, as a cron expression.").max(100, "Use at most 100 characters.").describe("Five fields: minute, hour, day of month, month, day of week."),
  time_zone: z.string().trim().min(1, "Name a time zone.").max(64).describe("A name of the IANA's, such as Europe/Oslo."),
  enabled: z.boolean().describe("Whether it starts runs."),
};

export const createScheduleSchema = z.strictObject({ agent: fields.agent, input: fields.input, cron: fields.cron, time_zone: fields.time_zone.default("UTC"), enabled: fields.enabled.default(true) });
export type CreateSchedule = z.output<typeof createScheduleSchema>;

/** What is left out stays as it is. */
export const updateScheduleSchema = z.strictObject({
  agent: fields.agent.optional(), input: fields.input.optional(), cron: fields.cron.optional(), time_zone: fields.time_zone.optional(), enabled: fields.enabled.optional(),
});
export type UpdateSchedule = z.output<typeof updateScheduleSchema>;

export const scheduleDtoSchema = z.object({
  id: z.string(), object: z.literal("schedule"), agent: z.string(), agent_id: z.string(), input: z.string(), cron: z.string(), time_zone: z.string(), enabled: z.boolean(),
  /** Null while it is paused. */
  next_run_at: z.string().nullable(),
  /** The run that it started last, and when. */
  last_run_id: z.string().nullable(), last_run_at: z.string().nullable(),
  /** Why the last time that was due started no run; null after one that did. */
  failure: z.object({ message: z.string(), at: z.string() }).nullable(),
  /** The member in whose name its runs are. */
  created_by: z.string(), created_at: z.string(), updated_at: z.string(),
});
export type ScheduleDto = z.output<typeof scheduleDtoSchema>;
export const scheduleListSchema = listSchema(scheduleDtoSchema);
