import type { EndpointRow } from "@/lib/webhooks/repo";
import type { EndpointDto } from "@/lib/webhooks/schema";

/** An endpoint as the API and the pages see it: everything but its secrets. */
export function toEndpointDto(row: EndpointRow, now = new Date()): EndpointDto {
  return {
    id: row.id, object: "webhook_endpoint", url: row.url, description: row.description, event_types: row.eventTypes,
    // The column's check constraint allows these values only.
    enabled: row.enabled, disabled_reason: row.disabledReason as EndpointDto["disabled_reason"], disabled_at: row.disabledAt?.toISOString() ?? null,
    previous_secret_expires_at: row.previousSecretExpiresAt && row.previousSecretExpiresAt > now ? row.previousSecretExpiresAt.toISOString() : null,
    failing_since: row.failingSince?.toISOString() ?? null, last_attempt_at: row.lastAttemptAt?.toISOString() ?? null,
    last_success_at: row.lastSuccessAt?.toISOString() ?? null, created_at: row.createdAt.toISOString(),
  };
}
