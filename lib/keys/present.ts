import { MINUTE_MS } from "@/lib/core/time";
import type { KeyDto } from "@/lib/keys/schema";
import type { KeyRow } from "@/lib/keys/repo";

/** A key as the API and the pages see it: everything but the secret, which nobody has any more. `hasMaker`: its maker is a member still. */
export function toKeyDto(row: KeyRow, hasMaker: boolean, now = new Date()): KeyDto {
  return {
    id: row.id, object: "api_key", name: row.name, prefix: row.prefix, status: statusOf(row, hasMaker, now), scopes: row.scopes, created_by: row.createdBy,
    created_at: row.createdAt.toISOString(), last_used_at: row.lastUsedAt?.toISOString() ?? null,
    expires_at: row.expiresAt?.toISOString() ?? null, revoked_at: row.revokedAt?.toISOString() ?? null,
    previous_secret_expires_at: row.previousExpiresAt && row.previousExpiresAt > now ? row.previousExpiresAt.toISOString() : null,
    allowed_cidrs: row.allowedCidrs, requests_per_minute: row.requestsPerMinute,
    monthly_cap_minutes: row.monthlyCapMs === null ? null : Number(row.monthlyCapMs) / MINUTE_MS,
  };
}

function statusOf(row: KeyRow, hasMaker: boolean, now: Date): KeyDto["status"] {
  if (row.revokedAt) return "revoked";
  if (row.expiresAt && row.expiresAt <= now) return "expired";
  return hasMaker ? "active" : "maker_left";
}
