import { agentDtoSchema, agentListQuerySchema, agentListSchema, createAgentSchema } from "@/lib/agents/schema";
import { createAgent, listAgents } from "@/lib/agents/service";
import { actorOf } from "@/lib/http/actor";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({ name: "/v1/agents", permission: "agents:read", query: agentListQuerySchema, response: agentListSchema }, ({ principal, query }) =>
    listAgents(principal.tenant.id, query),
  ),
  POST: defineRoute({ name: "/v1/agents", permission: "agents:write", body: createAgentSchema, response: agentDtoSchema, status: 201 }, (context) =>
    createAgent(actorOf(context), context.principal.limits.agents, context.body),
  ),
});
