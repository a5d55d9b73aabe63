import { withTenant } from "@/lib/platform/db";
import { findOverage } from "@/lib/billing/meter/repo";
import type { Overage } from "@/lib/billing/overage";

/** What a tenant's period charges past its quotas so far. */
export function getOverage(tenantId: string, periodStart: Date): Promise<Overage> {
  return withTenant(tenantId, (tx) => findOverage(tx, tenantId, periodStart));
}
