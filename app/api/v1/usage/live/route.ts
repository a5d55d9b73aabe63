import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { countRunsUnderWay } from "@/lib/runs/service";
import { liveUsageSchema, toLiveUsage } from "@/lib/usage/live";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  // Free like all looking; a browser asks it about once a second while runs are under way.
  GET: defineRoute({
    name: "/v1/usage/live", operation: "getLiveUsage", summary: "Gets what is used, leased and under way at this moment",
    permission: "usage:read", counted: false, response: liveUsageSchema,
  }, async ({ principal }) =>
    toLiveUsage(principal, await countRunsUnderWay(principal.tenant.id)),
  ),
});
