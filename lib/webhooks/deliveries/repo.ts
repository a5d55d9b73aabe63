import type { Prisma } from "@/prisma/generated/client";
import type { Tx } from "@/lib/platform/db";
import type { DeliveryListQuery } from "@/lib/webhooks/schema";

/** Attempts that are shown of one delivery. */
const MOST_SHOWN = 50;

const SUMMARY = { event: { select: { type: true } }, log: { orderBy: { seq: "desc" }, take: 1, select: { statusCode: true, error: true } } } satisfies Prisma.WebhookDeliveryInclude;
const FULL = { event: { select: { type: true, payload: true } }, log: { orderBy: { seq: "desc" }, take: MOST_SHOWN } } satisfies Prisma.WebhookDeliveryInclude;

export type DeliverySummaryRow = Prisma.WebhookDeliveryGetPayload<{ include: typeof SUMMARY }>;
export type DeliveryRow = Prisma.WebhookDeliveryGetPayload<{ include: typeof FULL }>;

/** An endpoint's deliveries, newest first, one more than asked for. */
export function listDeliveryRows(tx: Tx, tenantId: string, endpointId: string, query: DeliveryListQuery): Promise<DeliverySummaryRow[]> {
  const { cursor, status, limit } = query;
  return tx.webhookDelivery.findMany({
    where: { tenantId, endpointId, ...(status ? { status } : {}), ...(cursor ? { id: { lt: cursor } } : {}) }, include: SUMMARY, orderBy: { id: "desc" }, take: limit + 1,
  });
}

/** One delivery of an endpoint that is not deleted. */
export function findDeliveryRow(tx: Tx, tenantId: string, id: string): Promise<DeliveryRow | null> {
  return tx.webhookDelivery.findFirst({ where: { tenantId, id, endpoint: { deletedAt: null } }, include: FULL });
}

/** Has a delivery sent now, with the whole back-off before it. One that is being sent at this moment stays claimed. */
export async function replayDeliveryRow(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE webhook_delivery SET status = 'pending', tries = 0, finished_at = NULL, next_attempt_at = greatest(now(), claimed_until)
    WHERE tenant_id = ${tenantId} AND id = ${id}`;
}

type NewEvent = { id: string; tenantId: string; type: string; payload: Prisma.InputJsonObject; createdAt: Date };

/** Writes an event that is for one endpoint alone, with its delivery. */
export async function insertEventFor(tx: Tx, endpointId: string, deliveryId: string, event: NewEvent): Promise<void> {
  await tx.webhookEvent.createMany({ data: [{ ...event, fannedOutAt: event.createdAt }] });
  await tx.webhookDelivery.createMany({ data: [{ id: deliveryId, tenantId: event.tenantId, endpointId, eventId: event.id }] });
}
