import { z } from "zod";
import { actorOf } from "@/lib/http/actor";
import { StreamedAnswer } from "@/lib/http/idempotency";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { exportTenant } from "@/lib/tenants/export/service";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  // Free, so that a customer without calls left can still leave with what is theirs. No key has the permission.
  GET: defineRoute({
    name: "/v1/export", operation: "exportWorkspace", summary: "Exports everything that is the workspace's, as a ZIP archive. Owners only, with a session",
    permission: "tenant:export", counted: false, response: z.never(),
    alsoAnswers: { 200: ["application/zip"] },
  }, async (context) => {
    const { slug } = context.principal.tenant;
    const headers = { "Content-Type": "application/zip", "Content-Disposition": `attachment; filename="stint-${slug}-${new Date().toISOString().slice(0, 10)}.zip"`, "Cache-Control": "no-store" };
    return new StreamedAnswer(null, new Response(await exportTenant(actorOf(context), slug), { headers }));
  }),
});
