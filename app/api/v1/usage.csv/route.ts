import { z } from "zod";
import { StreamedAnswer } from "@/lib/http/idempotency";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { toUsageCsv, usageFileName } from "@/lib/usage/csv";
import { usageQuerySchema } from "@/lib/usage/schema";
import { getUsage } from "@/lib/usage/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  // An answer is at most a few hundred rows, so it is written at once.
  GET: defineRoute({
    name: "/v1/usage.csv", operation: "exportUsage", summary: "Sums what was used, as CSV",
    permission: "usage:read", counted: false, query: usageQuerySchema, response: z.never(),
    alsoAnswers: { 200: ["text/csv"] },
  }, async ({ principal, query }) => {
    const usage = await getUsage(principal.tenant.id, principal.period, query);
    const headers = { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": `attachment; filename="${usageFileName(principal.tenant.slug, usage)}"`, "Cache-Control": "no-store" };
    return new StreamedAnswer(null, new Response(toUsageCsv(usage), { headers }));
  }),
});
