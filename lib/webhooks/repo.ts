import type { Prisma, WebhookEndpoint } from "@/prisma/generated/client";
import type { PageQuery } from "@/lib/core/pagination";
import { callUpkeep, type Tx } from "@/lib/platform/db";
import type { DisabledReason } from "@/lib/webhooks/schema";

export type EndpointRow = WebhookEndpoint;

/** Newest first, one more than asked for. */
export function listEndpointRows(tx: Tx, tenantId: string, page: PageQuery): Promise<EndpointRow[]> {
  return tx.webhookEndpoint.findMany({ where: { tenantId, deletedAt: null, ...(page.cursor ? { id: { lt: page.cursor } } : {}) }, orderBy: { id: "desc" }, take: page.limit + 1 });
}

export function findEndpointRow(tx: Tx, tenantId: string, id: string): Promise<EndpointRow | null> {
  return tx.webhookEndpoint.findFirst({ where: { tenantId, id, deletedAt: null } });
}

export function countEndpointRows(tx: Tx, tenantId: string): Promise<number> {
  return tx.webhookEndpoint.count({ where: { tenantId, deletedAt: null } });
}

/** Makes creations in one tenant wait for each other, until the transaction ends. */
export async function lockEndpoints(tx: Tx, tenantId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('webhook_endpoints:' || ${tenantId}, 0))::text`;
}

type NewEndpoint = { id: string; tenantId: string; url: string; description: string; eventTypes: string[]; secret: string; createdBy: string };

export function insertEndpointRow(tx: Tx, row: NewEndpoint): Promise<EndpointRow> {
  return tx.webhookEndpoint.create({ data: row });
}

type Change = { url?: string; description?: string; eventTypes?: string[] };

/** Changes an endpoint; false when there is none such. */
export async function updateEndpointRow(tx: Tx, tenantId: string, id: string, change: Change): Promise<boolean> {
  const { count } = await tx.webhookEndpoint.updateMany({ where: { tenantId, id, deletedAt: null }, data: change satisfies Prisma.WebhookEndpointUpdateManyMutationInput });
  return count === 1;
}

/** Has an endpoint get events again, with a clean record; false when it does already. */
export async function enableEndpointRow(tx: Tx, tenantId: string, id: string): Promise<boolean> {
  const { count } = await tx.webhookEndpoint.updateMany({
    where: { tenantId, id, enabled: false, deletedAt: null }, data: { enabled: true, disabledAt: null, disabledReason: null, failingSince: null },
  });
  return count === 1;
}

/** Has an endpoint get nothing any more; false when it does not already. */
export async function disableEndpointRow(tx: Tx, tenantId: string, id: string, reason: DisabledReason, at: Date): Promise<boolean> {
  const { count } = await tx.webhookEndpoint.updateMany({ where: { tenantId, id, enabled: true }, data: { enabled: false, disabledAt: at, disabledReason: reason } });
  return count === 1;
}

/** Takes an endpoint out of everything; its deliveries go with the purge. False when it is gone already. */
export async function deleteEndpointRow(tx: Tx, tenantId: string, id: string, at: Date): Promise<boolean> {
  await disableEndpointRow(tx, tenantId, id, "user", at);
  const { count } = await tx.webhookEndpoint.updateMany({ where: { tenantId, id, deletedAt: null }, data: { deletedAt: at, previousSecret: null, previousSecretExpiresAt: null } });
  return count === 1;
}

type NewSecret = { secret: string; previousSecret: string; previousSecretExpiresAt: Date };

/** Gives an endpoint another secret; false when it is gone or somebody else was faster. */
export async function replaceSecretRow(tx: Tx, tenantId: string, id: string, current: string, next: NewSecret): Promise<boolean> {
  const { count } = await tx.webhookEndpoint.updateMany({ where: { tenantId, id, secret: current, deletedAt: null }, data: next });
  return count === 1;
}

/** Endpoints that the platform disabled, the latest first. */
export function listDisabledRows(tx: Tx, tenantId: string): Promise<EndpointRow[]> {
  return tx.webhookEndpoint.findMany({ where: { tenantId, deletedAt: null, enabled: false, disabledReason: { in: ["gone", "failing"] } }, orderBy: { disabledAt: "desc" } });
}

/** Ids of the tenant's owners; of one alone where it is given. */
export async function listOwnerIds(tx: Tx, tenantId: string, userId?: string): Promise<string[]> {
  const rows = await tx.member.findMany({ where: { tenantId, role: "owner", ...(userId === undefined ? {} : { userId }) }, select: { userId: true }, orderBy: { userId: "asc" } });
  return rows.map((row) => row.userId);
}

/** Deletes old events with their deliveries, and what is left of deleted endpoints; returns how many rows. */
export async function purgeWebhookRows(keepDays: number, most: number): Promise<number> {
  const [row] = await callUpkeep<{ purged: number }>("SELECT purge_webhooks(make_interval(days => $1), $2) AS purged", [keepDays, most], { timeoutMs: 60_000 });
  return row?.purged ?? 0;
}
