import { z } from "zod";
import { agentVersionListSchema, versionListQuerySchema } from "@/lib/agents/schema";
import { listAgentVersions } from "@/lib/agents/versions";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/agents/{id}/versions", operation: "listAgentVersions", summary: "Lists every save of an agent, newest first",
    permission: "agents:read", params: z.object({ id: z.string() }), query: versionListQuerySchema, response: agentVersionListSchema,
  }, ({ principal, params: { id }, query }) => listAgentVersions(principal.tenant.id, id, query)),
});
