/** The delivery log of endpoints: looking, sending once more, and trying an endpoint out. */
import { AppError } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { toList, type ListBody } from "@/lib/core/pagination";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { toDeliveryDto, toDeliverySummary } from "@/lib/webhooks/deliveries/present";
import { findDeliveryRow, insertEventFor, listDeliveryRows, replayDeliveryRow, type DeliveryRow } from "@/lib/webhooks/deliveries/repo";
import { TEST_EVENT, type DeliveryDto, type DeliveryListQuery, type DeliverySummary } from "@/lib/webhooks/schema";
import { requireEndpointRow } from "@/lib/webhooks/service";

/** An endpoint's deliveries, newest first. @throws AppError `not_found` */
export async function listDeliveries(tenantId: string, endpointId: string, query: DeliveryListQuery): Promise<ListBody<DeliverySummary>> {
  const rows = await withTenant(tenantId, async (tx) => {
    await requireEndpointRow(tx, tenantId, endpointId);
    return listDeliveryRows(tx, tenantId, endpointId, query);
  });
  return toList(rows, query.limit, toDeliverySummary);
}

/** One delivery with its body and its attempts. @throws AppError `not_found` */
export async function requireDelivery(tenantId: string, id: string): Promise<DeliveryDto> {
  return toDeliveryDto(await withTenant(tenantId, (tx) => requireDeliveryRow(tx, tenantId, id)));
}

/**
 * Sends an event to its endpoint once more, whatever became of it, under the same `webhook-id`. One that still waits goes now.
 * @throws AppError `not_found`, `conflict` while the endpoint is disabled
 */
export async function replayDelivery(actor: Actor, id: string): Promise<DeliveryDto> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    const before = await requireDeliveryRow(tx, tenantId, id);
    await requireEnabled(tx, tenantId, before.endpointId);
    await replayDeliveryRow(tx, tenantId, id);
    await recordAudit(tx, actor, { action: "webhook_delivery.replayed", targetType: "webhook_delivery", targetId: id, after: { endpoint_id: before.endpointId, event_id: before.eventId } });
    return toDeliveryDto(await requireDeliveryRow(tx, tenantId, id));
  });
}

/** Sends a `webhook.test` event to one endpoint. @throws AppError `not_found`, `conflict` while it is disabled */
export async function sendTestEvent(actor: Actor, endpointId: string): Promise<DeliveryDto> {
  const { tenantId } = actor;
  const [eventId, deliveryId, at] = [newId("evt"), newId("dlv"), new Date()];
  return withTenant(tenantId, async (tx) => {
    await requireEnabled(tx, tenantId, endpointId);
    const data = { object: "webhook_endpoint", id: endpointId, message: "This is a test. Nothing has happened." };
    const payload = { id: eventId, type: TEST_EVENT, created_at: at.toISOString(), tenant_id: tenantId, data };
    await insertEventFor(tx, endpointId, deliveryId, { id: eventId, tenantId, type: TEST_EVENT, payload, createdAt: at });
    await recordAudit(tx, actor, { action: "webhook_endpoint.tested", targetType: "webhook_endpoint", targetId: endpointId, after: { event_id: eventId } });
    return toDeliveryDto(await requireDeliveryRow(tx, tenantId, deliveryId));
  });
}

async function requireDeliveryRow(tx: Tx, tenantId: string, id: string): Promise<DeliveryRow> {
  const row = isId("dlv", id) ? await findDeliveryRow(tx, tenantId, id) : null;
  if (!row) throw new AppError("not_found", "There is no such webhook delivery in this workspace.");
  return row;
}

async function requireEnabled(tx: Tx, tenantId: string, endpointId: string): Promise<void> {
  const { enabled } = await requireEndpointRow(tx, tenantId, endpointId);
  if (!enabled) throw new AppError("conflict", "This endpoint is disabled and gets nothing. Enable it first; nothing was sent.");
}
