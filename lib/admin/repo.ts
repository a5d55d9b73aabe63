import { callFunction } from "@/lib/platform/db";

export type TenantOverviewRow = {
  tenant_id: string; slug: string; name: string; plan_id: string; paused_at: Date | null; created_at: Date; members: number;
  used_ms: number; used_micros: number; calls: number; cap_ms: number; cap_micros: number; cap_calls: number; last_activity_at: Date | null;
};

/** Workspaces with the usage of their current period, newest first. The database itself checks that `staffId` is staff. */
export function listTenantOverviewRows(staffId: string, before: string | null, most: number): Promise<TenantOverviewRow[]> {
  return callFunction<TenantOverviewRow>("staff_list_tenants", "SELECT * FROM staff_list_tenants($1, $2, $3)", [staffId, before, most]);
}
