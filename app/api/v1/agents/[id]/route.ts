import { z } from "zod";
import { agentDtoSchema } from "@/lib/agents/schema";
import { requireAgent } from "@/lib/agents/service";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({ name: "/v1/agents/{id}", permission: "agents:read", params: z.object({ id: z.string() }), response: agentDtoSchema }, ({ principal, params }) =>
    requireAgent(principal.tenant.id, params.id),
  ),
});
