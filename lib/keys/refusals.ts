import { MINUTE_MS } from "@/lib/core/time";
import { withTenant } from "@/lib/platform/db";
import { processSingleton } from "@/lib/platform/process-singleton";
import { recordAudit } from "@/lib/audit/service";

const MOST_KEPT = 10_000;

/**
 * Records that a key was tried from an address that it does not allow: once a minute and key in this process, because
 * whoever holds a stolen key must not be able to fill the log.
 */
export async function recordAddressRefused(by: { tenantId: string; keyId: string; userId: string; ip: string; requestId: string }): Promise<void> {
  const told = processSingleton("address-refusals", () => new Map<string, number>());
  const now = Date.now();
  if (now - (told.get(by.keyId) ?? 0) < MINUTE_MS) return;
  if (told.size >= MOST_KEPT) told.clear();
  told.set(by.keyId, now);
  const { tenantId, keyId, userId, ip, requestId } = by;
  await withTenant(tenantId, (tx) => recordAudit(tx, { tenantId, id: keyId, userId, ip, requestId }, { action: "api_key.address_refused", targetType: "api_key", targetId: keyId }));
}
