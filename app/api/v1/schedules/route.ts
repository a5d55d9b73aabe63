import { pageQuerySchema } from "@/lib/core/pagination";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createScheduleSchema, scheduleDtoSchema, scheduleListSchema } from "@/lib/schedules/schema";
import { createSchedule, listSchedules } from "@/lib/schedules/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/schedules", operation: "listSchedules", summary: "Lists the workspace's schedules, newest first",
    permission: "runs:read", query: pageQuerySchema, response: scheduleListSchema,
  }, ({ principal, query }) => listSchedules(principal.tenant.id, query)),
  POST: defineRoute({
    name: "/v1/schedules", operation: "createSchedule", summary: "Creates a schedule: an agent that runs by the clock",
    permission: "runs:write", body: createScheduleSchema, response: scheduleDtoSchema, status: 201,
    example: { agent: "summarise", input: "Summarise what happened yesterday.", cron: "0 8 * * 1-5", time_zone: "Europe/Zurich" },
  }, (context) => createSchedule(actorOf(context), context.body)),
});
