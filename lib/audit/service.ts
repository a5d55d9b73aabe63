import type { Prisma } from "@/prisma/generated/client";
import { newId } from "@/lib/core/ids";
import type { Tx } from "@/lib/platform/db";
import { insertAuditRow } from "@/lib/audit/repo";

/** Who acts in a tenant, and from where. `id` is `key_…` for an API key and `usr_…` for a person. */
export type Actor = { tenantId: string; id: string; userId: string; ip: string; requestId: string };

export type AuditEvent = {
  action: string;
  targetType: string;
  targetId: string;
  /** Never secrets, never contents of runs. */
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
};

/** Writes who did what, in the same transaction as the change itself: one cannot exist without the other. */
export async function recordAudit(tx: Tx, actor: Actor, event: AuditEvent): Promise<void> {
  await insertAuditRow(tx, {
    id: newId("aud"),
    tenantId: actor.tenantId,
    actorType: actor.id.startsWith("key_") ? "api_key" : "user",
    actorId: actor.id,
    ip: actor.ip,
    requestId: actor.requestId,
    ...event,
  });
}
