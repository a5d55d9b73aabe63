import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { scheduleDtoSchema, updateScheduleSchema } from "@/lib/schedules/schema";
import { deleteSchedule, requireSchedule, updateSchedule } from "@/lib/schedules/service";

const params = z.object({ id: z.string() });

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/schedules/{id}", operation: "getSchedule", summary: "Gets a schedule with its next time",
    permission: "runs:read", params, response: scheduleDtoSchema,
  }, ({ principal, params: { id } }) => requireSchedule(principal.tenant.id, id)),
  PATCH: defineRoute({
    name: "/v1/schedules/{id}", operation: "updateSchedule", summary: "Changes a schedule, or turns it off and on",
    permission: "runs:write", params, body: updateScheduleSchema, response: scheduleDtoSchema,
    example: { enabled: false },
  }, (context) => updateSchedule(actorOf(context), context.params.id, context.body)),
  DELETE: defineRoute({
    name: "/v1/schedules/{id}", operation: "deleteSchedule", summary: "Deletes a schedule; the runs it started stay",
    permission: "runs:write", params, response: scheduleDtoSchema,
  }, (context) => deleteSchedule(actorOf(context), context.params.id)),
});
