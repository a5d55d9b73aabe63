import { toList, type ListBody, type PageQuery } from "@/lib/core/pagination";
import { listTenantOverviewRows } from "@/lib/admin/repo";

/** One workspace as staff see it. Durations in ms, money in micro-dollars, times as ISO instants. */
export type TenantOverview = {
  id: string; slug: string; name: string; planId: string; pausedAt: string | null; createdAt: string; members: number;
  usedMs: number; capMs: number; usedMicros: number; capMicros: number; calls: number; capCalls: number; lastActivityAt: string | null;
};

/** All workspaces, newest first, for a member of staff. */
export async function listTenantOverviews(staffId: string, page: PageQuery): Promise<ListBody<TenantOverview>> {
  const rows = await listTenantOverviewRows(staffId, page.cursor ?? null, page.limit + 1);
  return toList(rows.map((row) => ({ ...row, id: row.tenant_id })), page.limit, (row) => ({
    id: row.id, slug: row.slug, name: row.name, planId: row.plan_id, pausedAt: row.paused_at?.toISOString() ?? null, createdAt: row.created_at.toISOString(),
    members: row.members, usedMs: row.used_ms, capMs: row.cap_ms, usedMicros: row.used_micros, capMicros: row.cap_micros, calls: row.calls,
    capCalls: row.cap_calls, lastActivityAt: row.last_activity_at?.toISOString() ?? null,
  }));
}
