import { pageQuerySchema } from "@/lib/core/pagination";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createScheduleSchema, scheduleDtoSchema, scheduleListSchema } from "@/lib/schedules/schema";
import { createSchedule, listSchedules } from "@/lib/schedules/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({ name: "/v1/schedules", permission: "runs:read", query: pageQuerySchema, response: scheduleListSchema }, ({ principal, query }) =>
    listSchedules(principal.tenant.id, query),
  ),
  POST: defineRoute({ name: "/v1/schedules", permission: "runs:write", body: createScheduleSchema, response: scheduleDtoSchema, status: 201 }, (context) =>
    createSchedule(actorOf(context), context.body),
  ),
});
