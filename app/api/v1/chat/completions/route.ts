import { chatCompletionSchema, chatRequestSchema } from "@/lib/chat/schema";
import { completeChat, findCompletion, startChat, streamCompletion } from "@/lib/chat/service";
import { actorOf } from "@/lib/http/actor";
import { StreamedAnswer } from "@/lib/http/idempotency";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { runDtoSchema } from "@/lib/runs/schema";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: defineRoute({
    name: "/v1/chat/completions", operation: "createChatCompletion", summary: "Runs an agent on a conversation, as OpenAI's chat completions",
    permission: "runs:write", body: chatRequestSchema, response: chatCompletionSchema,
    alsoAnswers: { 200: ["text/event-stream"] },
    example: { model: "summarise", messages: [{ role: "user", content: "Pressure at station 4 fell overnight. …" }] },
    replayStream: (record, context) => streamCompletion(actorOf(context), runDtoSchema.pick({ id: true }).parse(record).id, context.body, true),
    resume: async (id, context) => {
      if (context.body.stream) return new StreamedAnswer({ id }, await streamCompletion(actorOf(context), id, context.body, true));
      return findCompletion(context.principal.tenant.id, id, context.body);
    },
  }, async (context) => {
    const { principal, body, request, note } = context;
    const run = await startChat(principal, body, note);
    if (body.stream) return new StreamedAnswer({ id: run.id }, await streamCompletion(actorOf(context), run.id, body, false));
    return completeChat(actorOf(context), run, body, request.signal);
  }),
});
