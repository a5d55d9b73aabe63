import { agentDtoSchema, agentListQuerySchema, agentListSchema, createAgentSchema } from "@/lib/agents/schema";
import { createAgent, listAgents } from "@/lib/agents/service";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/agents", operation: "listAgents", summary: "Lists the workspace's agents, newest first",
    permission: "agents:read", query: agentListQuerySchema, response: agentListSchema,
  }, ({ principal, query }) => listAgents(principal.tenant.id, query)),
  POST: defineRoute({
    name: "/v1/agents", operation: "createAgent", summary: "Creates an agent",
    permission: "agents:write", body: createAgentSchema, response: agentDtoSchema, status: 201,
    example: { name: "Summarise", slug: "summarise", model: "stint-extract-1", instructions: "Give the four most important sentences." },
  }, (context) => createAgent(actorOf(context), context.principal.limits.agents, context.body)),
});
