import { authenticate, type Principal } from "@/lib/http/authenticate";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { countRunsUnderWay } from "@/lib/runs/service";
import { untilUsageMoves } from "@/lib/usage/feed";
import { liveUsageQuerySchema, liveUsageSchema, toLiveUsage, type LiveUsage } from "@/lib/usage/live";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  // Free like all looking; a browser asks it about once a second while runs are under way, and otherwise waits for the answer.
  GET: defineRoute({
    name: "/v1/usage/live", operation: "getLiveUsage", summary: "Gets what is used, leased and under way at this moment",
    permission: "usage:read", counted: false, query: liveUsageQuerySchema, response: liveUsageSchema,
  }, async ({ principal, query, request }) => {
    const seen = await readLiveUsage(principal);
    if (query.after !== seen.revision) return seen;
    await untilUsageMoves(principal.tenant.id, seen.revision, request.signal);
    // Whoever asked may have been shut out while they waited.
    const still = await authenticate(request, false);
    return still.allows("usage:read") ? readLiveUsage(still) : seen;
  }),
});

async function readLiveUsage(principal: Principal): Promise<LiveUsage> {
  return toLiveUsage(principal, await countRunsUnderWay(principal.tenant.id));
}
