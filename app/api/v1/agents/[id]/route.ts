import { z } from "zod";
import { archiveAgent } from "@/lib/agents/archive";
import { agentDtoSchema, updateAgentSchema } from "@/lib/agents/schema";
import { requireAgent } from "@/lib/agents/service";
import { updateAgent } from "@/lib/agents/versions";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

const params = z.object({ id: z.string() });

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/agents/{id}", operation: "getAgent", summary: "Gets an agent by id or slug",
    permission: "agents:read", params, response: agentDtoSchema,
  }, ({ principal, params: { id } }) => requireAgent(principal.tenant.id, id)),
  PATCH: defineRoute({
    name: "/v1/agents/{id}", operation: "updateAgent", summary: "Saves a change of an agent as its next version",
    permission: "agents:write", params, body: updateAgentSchema, response: agentDtoSchema,
    example: { instructions: "Give the three most important sentences.", note: "Shorter answers" },
  }, (context) => updateAgent(actorOf(context), context.params.id, context.body)),
  DELETE: defineRoute({
    name: "/v1/agents/{id}", operation: "archiveAgent", summary: "Archives an agent: its runs stay, and its slug is free again",
    permission: "agents:write", params, response: agentDtoSchema,
  }, (context) => archiveAgent(actorOf(context), context.params.id)),
});
