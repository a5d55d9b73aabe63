import { z } from "zod";
import { agentVersionDtoSchema } from "@/lib/agents/schema";
import { requireAgentVersion } from "@/lib/agents/versions";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/agents/{id}/versions/{version}", operation: "getAgentVersion", summary: "Gets what an agent was in one version",
    permission: "agents:read", params: z.object({ id: z.string(), version: z.string() }), response: agentVersionDtoSchema,
  }, ({ principal, params: { id, version } }) => requireAgentVersion(principal.tenant.id, id, version)),
});
