import type { StaffTenantRow } from "@/lib/admin/repo";
import { OVERRIDE_FIELDS, type Limits, type StaffTenant } from "@/lib/admin/schema";

const iso = (at: string): string => new Date(at).toISOString();
const isoOrNull = (at: string | null): string | null => at && iso(at);

/** Names in `effective_limit` that differ from the override's. */
const IN_FORCE: Partial<Record<keyof Limits, string>> = { minutes_ms: "quota_ms", model_spend_micros: "quota_micros", api_calls: "cap_calls" };

export function toStaffTenant(row: StaffTenantRow): StaffTenant {
  const limitsOf = (names: Partial<Record<keyof Limits, string>>, from: Record<string, unknown>): Limits =>
    // Every field is there: the database fills columns of this name with numbers or nothing.
    Object.fromEntries(OVERRIDE_FIELDS.map((field) => [field, from[names[field] ?? field] ?? null])) as Limits;
  const { limits, override } = row;
  return {
    id: row.id, slug: row.slug, name: row.name, planId: row.plan_id, createdAt: iso(row.created_at), members: row.members,
    pausedAt: isoOrNull(row.paused_at), pauseReason: row.pause_reason, deleteAfter: isoOrNull(row.delete_after),
    period: { start: iso(row.period_start), end: iso(row.period_end) },
    quotas: { agent_ms: limits.quota_ms, model_micros: limits.quota_micros, api_calls: limits.cap_calls }, caps: row.caps,
    overage: { enabled: limits.overage_enabled, spendLimitMicros: limits.spend_limit_micros, microsPerMinute: limits.overage_micros_per_minute },
    plan: limitsOf({}, row.plan), limits: limitsOf(IN_FORCE, limits),
    override: override && {
      values: limitsOf({}, override), reason: override.reason, setBy: override.set_by_name ?? override.set_by, expiresAt: isoOrNull(override.expires_at), expired: override.expired, updatedAt: iso(override.updated_at),
    },
    periods: row.periods.map((period) => ({ ...period, start: iso(period.start), end: iso(period.end) })),
    alerts: row.alerts.map(({ crossed_at, notified_at, ...alert }) => ({ ...alert, crossedAt: iso(crossed_at), notifiedAt: isoOrNull(notified_at) })),
  };
}
