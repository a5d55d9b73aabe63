import { z } from "zod";
import { listSchema, pageQuerySchema } from "@/lib/core/pagination";

const word = z.string().min(1).max(100);

/** `action` ends with `*` for everything that begins like it. `from` is included, `to` is not; a day means its first moment in UTC. */
const filters = {
  action: word.optional().describe("What was done, such as `key.created`; with `*` at its end, everything that begins like it."),
  actor: word.optional().describe("The id of who did it."),
  target: word.optional().describe("The id of what it was done to."),
  from: z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => new Date(text)).optional().describe("From this moment on; a day means its first moment in UTC."),
  to: z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => new Date(text)).optional().describe("Up to this moment, which is not in it."),
};
export const auditFilterSchema = z.object(filters);
export type AuditFilter = z.output<typeof auditFilterSchema>;

export const auditListQuerySchema = pageQuerySchema.extend(filters);
export type AuditListQuery = z.output<typeof auditListQuerySchema>;

export const auditExportQuerySchema = auditFilterSchema.extend({ format: z.enum(["csv", "json"]).default("json").describe("What the file is.") });

export const auditDtoSchema = z.object({
  id: z.string(), object: z.literal("audit_entry"), action: z.string(),
  actor: z.object({ type: z.string(), id: z.string() }), target: z.object({ type: z.string(), id: z.string() }),
  before: z.unknown(), after: z.unknown(), ip: z.string().nullable(), request_id: z.string().nullable(), created_at: z.string(),
});
export type AuditDto = z.output<typeof auditDtoSchema>;
export const auditListSchema = listSchema(auditDtoSchema);
