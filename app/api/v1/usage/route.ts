import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { usageDtoSchema, usageQuerySchema } from "@/lib/usage/schema";
import { getUsage } from "@/lib/usage/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/usage", operation: "getUsage", summary: "Sums what was used, grouped by meter, agent, key, hour or day",
    permission: "usage:read", counted: false, query: usageQuerySchema, response: usageDtoSchema,
  }, ({ principal, query }) => getUsage(principal.tenant.id, principal.period, query)),
});
