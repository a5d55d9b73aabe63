import { z } from "zod";
import { StreamedAnswer } from "@/lib/http/idempotency";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { streamAnyRun } from "@/lib/runs/live";

const lastEventIdSchema = z.coerce.number().int().min(0).max(2_147_483_647).catch(0);

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/runs/{id}/events", operation: "streamRunEvents", summary: "Streams a run's events as server-sent events",
    permission: "runs:read", params: z.object({ id: z.string() }), response: z.never(),
    alsoAnswers: { 200: ["text/event-stream"], 204: [] },
    headers: { "Last-Event-ID": "The number of the last event that was seen; the stream goes on after it." },
  }, async ({ principal, params, request }) => {
    const after = lastEventIdSchema.parse(request.headers.get("last-event-id") ?? 0);
    return new StreamedAnswer(null, await streamAnyRun(principal.tenant.id, params.id, after));
  }),
});
