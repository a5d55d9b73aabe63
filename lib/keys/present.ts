import type { KeyDto } from "@/lib/keys/schema";
import type { KeyRow } from "@/lib/keys/repo";

/** A key as the API and the pages see it: everything but the secret, which nobody has any more. */
export function toKeyDto(row: KeyRow): KeyDto {
  return {
    id: row.id, object: "api_key", name: row.name, prefix: row.prefix, scopes: row.scopes,
    created_at: row.createdAt.toISOString(), last_used_at: row.lastUsedAt?.toISOString() ?? null,
    expires_at: row.expiresAt?.toISOString() ?? null, revoked_at: row.revokedAt?.toISOString() ?? null,
  };
}
