import { z } from "zod";
import { exportAudit } from "@/lib/audit/export";
import { auditExportQuerySchema } from "@/lib/audit/schema";
import { StreamedAnswer } from "@/lib/http/idempotency";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

const TYPES = { csv: "text/csv; charset=utf-8", json: "application/json" } as const;

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/audit/export", operation: "exportAudit", summary: "Exports the audit log as CSV or JSON",
    permission: "audit:read", query: auditExportQuerySchema, response: z.never(),
    alsoAnswers: { 200: ["text/csv", "application/json"] },
  }, async ({ principal, query }) => {
    const { format, ...filter } = query;
    const headers = { "Content-Type": TYPES[format], "Content-Disposition": `attachment; filename="audit-${principal.tenant.slug}.${format}"`, "Cache-Control": "no-store" };
    return new StreamedAnswer(null, new Response(exportAudit(principal.tenant.id, filter, format), { headers }));
  }),
});
