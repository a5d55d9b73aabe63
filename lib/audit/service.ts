import type { Prisma } from "@/prisma/generated/client";
import { newId } from "@/lib/core/ids";
import { toList, type ListBody } from "@/lib/core/pagination";
import { withTenant, type Tx } from "@/lib/platform/db";
import { findNameRows, insertAuditRow, listAuditRows, sealAuditRows } from "@/lib/audit/repo";
import { toAuditDto } from "@/lib/audit/present";
import type { AuditDto, AuditListQuery } from "@/lib/audit/schema";

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

/** Writes what the platform did by itself, in the same transaction as the change. */
export async function recordPlatformAudit(tx: Tx, tenantId: string, event: AuditEvent): Promise<void> {
  await insertAuditRow(tx, { id: newId("aud"), tenantId, actorType: "platform", actorId: "platform", ...event });
}

/** The tenant's audit log, newest first. */
export async function listAudit(tenantId: string, query: AuditListQuery): Promise<ListBody<AuditDto>> {
  const { limit, cursor, ...filter } = query;
  return toList(await withTenant(tenantId, (tx) => listAuditRows(tx, tenantId, filter, cursor, limit + 1)), limit, toAuditDto);
}

/** What the people and things of entries are called now, by id; one that is gone, or that is the platform's, has no name here. */
export async function nameAudited(tenantId: string, entries: readonly AuditDto[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(entries.flatMap(({ actor, target }) => [actor.id, target.id]))];
  const rows = await withTenant(tenantId, (tx) => findNameRows(tx, tenantId, ids));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Brings every tenant's chain up to date with its log; returns how many rows were sealed. */
export function sealAudit(): Promise<number> {
  return sealAuditRows();
}
