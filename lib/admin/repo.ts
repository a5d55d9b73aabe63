import { callFunction, db } from "@/lib/platform/db";

export type TenantOverviewRow = {
  tenant_id: string; slug: string; name: string; plan_id: string; paused_at: Date | null; created_at: Date; members: number;
  used_ms: number; used_micros: number; calls: number; cap_ms: number; cap_micros: number; cap_calls: number; last_activity_at: Date | null;
};

/** Workspaces with the usage of their current period, newest first. The database itself checks that `staffId` is staff. */
export function listTenantOverviewRows(staffId: string, before: string | null, most: number): Promise<TenantOverviewRow[]> {
  return callFunction<TenantOverviewRow>("staff_list_tenants", "SELECT * FROM staff_list_tenants($1, $2, $3)", [staffId, before, most]);
}

type PeriodRow = { start: string; end: string; agent_ms: number; model_micros: number; api_calls: number };
type OverrideRow = Record<string, number | string | boolean | null> & { reason: string; set_by: string; set_by_name: string | null; expires_at: string | null; expired: boolean; updated_at: string };
export type StaffTenantRow = {
  id: string; slug: string; name: string; plan_id: string; created_at: string; members: number; paused_at: string | null; pause_reason: string | null; delete_after: string | null;
  period_start: string; period_end: string; caps: Record<"agent_ms" | "model_micros" | "api_calls", number>;
  limits: Record<string, number | null> & { quota_ms: number; quota_micros: number; cap_calls: number; spend_limit_micros: number; overage_micros_per_minute: number | null; overage_enabled: boolean };
  plan: Record<string, number | null>; override: OverrideRow | null; periods: PeriodRow[];
  alerts: { id: string; kind: string; key: string | null; meter: string; percent: number; used: number; quota: number; crossed_at: string; notified_at: string | null }[];
};

/** One workspace by its slug, or null. The database itself checks that `staffId` is staff, as in all that follows. */
export async function findStaffTenantRow(staffId: string, slug: string): Promise<StaffTenantRow | null> {
  const [row] = await callFunction<{ tenant: StaffTenantRow | null }>("staff_show_tenant", "SELECT staff_show_tenant($1, $2) AS tenant", [staffId, slug]);
  return row?.tenant ?? null;
}

/** From where a member of staff acts. */
export type By = { staffId: string; ip: string; requestId: string };

/** Sets (or with null takes away) what was agreed with a tenant; false when there is none such. The audit row is written with it, as in all that follows. */
export async function setOverrideRow(by: By, tenantId: string, values: object | null): Promise<boolean> {
  const [row] = await callFunction<{ done: boolean }>("staff_set_override", "SELECT staff_set_override($1, $2, $3::jsonb, $4, $5) AS done", [by.staffId, tenantId, values && JSON.stringify(values), by.ip, by.requestId]);
  return row?.done ?? false;
}

/** Pauses or resumes a tenant; false when there is none such. */
export async function setPauseRow(by: By, tenantId: string, paused: boolean, note: string): Promise<boolean> {
  const [row] = await callFunction<{ done: boolean }>("staff_pause", "SELECT staff_pause($1, $2, $3, $4, $5, $6) AS done", [by.staffId, tenantId, paused, note, by.ip, by.requestId]);
  return row?.done ?? false;
}

/** Adds one correcting row to the ledger; null when there is no such tenant or period. */
export async function adjustUsageRow(by: By, tenantId: string, period: string, meter: string, quantity: number, reason: string): Promise<number | null> {
  const [row] = await callFunction<{ id: number | null }>("staff_adjust_usage", "SELECT staff_adjust_usage($1, $2, $3, $4, $5, $6, $7, $8) AS id", [by.staffId, tenantId, period, meter, quantity, reason, by.ip, by.requestId]);
  return row?.id ?? null;
}

/** Lets runs begin again today; false when nothing kept them from it. */
export async function liftBreakerRow(staffId: string): Promise<boolean> {
  const [row] = await callFunction<{ done: boolean }>("staff_lift_breaker", "SELECT staff_lift_breaker($1) AS done", [staffId]);
  return row?.done ?? false;
}

export type PlatformDayRow = { day: Date; micros: bigint; limitMicros: bigint | null; trippedAt: Date | null; liftedAt: Date | null; liftedBy: string | null };

/** The platform's days from `from` on, oldest first. They belong to no tenant. */
export function listPlatformDays(from: Date): Promise<PlatformDayRow[]> {
  return db().platformSpend.findMany({ where: { day: { gte: from } }, orderBy: { day: "asc" } });
}

/** What somebody is called, or null. */
export async function findUserName(userId: string): Promise<string | null> {
  return (await db().user.findUnique({ where: { id: userId }, select: { name: true } }))?.name ?? null;
}
