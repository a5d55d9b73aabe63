import { z } from "zod";
import { restoreAgent } from "@/lib/agents/archive";
import { agentDtoSchema } from "@/lib/agents/schema";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: defineRoute({
    name: "/v1/agents/{id}/restore", operation: "restoreAgent", summary: "Brings an archived agent back",
    permission: "agents:write", params: z.object({ id: z.string() }), response: agentDtoSchema,
  }, (context) => restoreAgent(actorOf(context), context.principal.limits.agents, context.params.id)),
});
