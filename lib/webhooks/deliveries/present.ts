import type { DeliveryRow, DeliverySummaryRow } from "@/lib/webhooks/deliveries/repo";
import type { DeliveryDto, DeliveryStatus, DeliverySummary } from "@/lib/webhooks/schema";

/** A delivery for lists: how it stands, without the body and the answers. */
export function toDeliverySummary(row: DeliverySummaryRow): DeliverySummary {
  const [last] = row.log;
  return {
    id: row.id, object: "webhook_delivery", endpoint_id: row.endpointId, event_id: row.eventId, event_type: row.event.type,
    // The column's check constraint allows these values only.
    status: row.status as DeliveryStatus,
    attempts: row.attempts, next_attempt_at: row.nextAttemptAt?.toISOString() ?? null, created_at: row.createdAt.toISOString(), finished_at: row.finishedAt?.toISOString() ?? null,
    last_status_code: last?.statusCode ?? null, last_error: last?.error ?? null,
  };
}

/** A delivery with its body and its attempts. */
export function toDeliveryDto(row: DeliveryRow): DeliveryDto {
  return {
    ...toDeliverySummary(row), payload: row.event.payload,
    log: row.log.map((one) => ({ seq: one.seq, at: one.at.toISOString(), duration_ms: one.durationMs, status_code: one.statusCode, error: one.error, response: one.response })),
  };
}
