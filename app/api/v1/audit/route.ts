import { auditListQuerySchema, auditListSchema } from "@/lib/audit/schema";
import { listAudit } from "@/lib/audit/service";
import { methods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: defineRoute({
    name: "/v1/audit", operation: "listAuditEntries", summary: "Lists what was changed in the workspace, newest first",
    permission: "audit:read", query: auditListQuerySchema, response: auditListSchema,
  }, ({ principal, query }) => listAudit(principal.tenant.id, query)),
});
