import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { runDtoSchema } from "@/lib/runs/schema";
import { deleteRunContent, requireRun } from "@/lib/runs/service";

const params = z.object({ id: z.string() });

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/runs/{id}", operation: "getRun", summary: "Gets a run with its steps and output",
    permission: "runs:read", params, response: runDtoSchema,
  }, ({ principal, params: { id } }) => requireRun(principal.tenant.id, id)),
  // What was given and said goes; what was metered stays, and so does the run.
  DELETE: defineRoute({
    name: "/v1/runs/{id}", operation: "deleteRunContent", summary: "Deletes what a run was given and what it said; what was metered stays",
    permission: "runs:write", params, response: runDtoSchema,
  }, (context) => deleteRunContent(actorOf(context), context.params.id)),
});
