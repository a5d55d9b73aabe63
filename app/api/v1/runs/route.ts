import { StreamedAnswer } from "@/lib/http/idempotency";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { streamAnyRun, streamRun, waitForRun } from "@/lib/runs/live";
import { createRunSchema, isEnded, runDtoSchema, runListQuerySchema, runListSchema } from "@/lib/runs/schema";
import { createRun, listRuns, requireRun } from "@/lib/runs/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/runs", operation: "listRuns", summary: "Lists runs without their contents, newest first",
    permission: "runs:read", query: runListQuerySchema, response: runListSchema,
  }, ({ principal, query }) => listRuns(principal.tenant.id, query)),
  POST: defineRoute({
    name: "/v1/runs", operation: "createRun", summary: "Runs an agent on an input",
    permission: "runs:write", body: createRunSchema, response: runDtoSchema, status: 201,
    alsoAnswers: { 200: ["text/event-stream"] },
    example: { agent: "summarise", input: "Pressure at station 4 fell overnight. …", wait: true },
    replayStream: async (record, { principal }) => streamAnyRun(principal.tenant.id, runDtoSchema.pick({ id: true }).parse(record).id, 0),
    resume: async (id, { principal, body }) => {
      if (body.stream) return new StreamedAnswer({ id }, await streamAnyRun(principal.tenant.id, id, 0));
      const run = await requireRun(principal.tenant.id, id);
      return body.wait && !isEnded(run.status) ? null : run;
    },
  }, async ({ principal, body, request, note }) => {
    const run = await createRun(principal, body, note);
    if (body.stream) return new StreamedAnswer(run, streamRun(principal.tenant.id, run.id, 0, { "Stint-Run-Id": run.id }));
    return body.wait ? waitForRun(principal.tenant.id, run.id, request.signal) : run;
  }),
});
