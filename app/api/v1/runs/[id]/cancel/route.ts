import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { runDtoSchema } from "@/lib/runs/schema";
import { cancelRun } from "@/lib/runs/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  // Free, so that a customer without calls left can still stop what runs.
  POST: defineRoute({
    name: "/v1/runs/{id}/cancel", operation: "cancelRun", summary: "Cancels a run: at once while it waits, within a second while it executes",
    permission: "runs:write", counted: false, params: z.object({ id: z.string() }), response: runDtoSchema,
  }, (context) => cancelRun(actorOf(context), context.params.id)),
});
