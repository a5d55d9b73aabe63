import { z } from "zod";
import { agentDtoSchema, rollBackAgentSchema } from "@/lib/agents/schema";
import { rollBackAgent } from "@/lib/agents/versions";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: defineRoute({
    name: "/v1/agents/{id}/rollback", operation: "rollBackAgent", summary: "Makes an earlier version of an agent the newest, as a version of its own",
    permission: "agents:write", params: z.object({ id: z.string() }), body: rollBackAgentSchema, response: agentDtoSchema,
    example: { version: 1 },
  }, (context) => rollBackAgent(actorOf(context), context.params.id, context.body.version)),
});
