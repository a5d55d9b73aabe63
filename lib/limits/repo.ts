import { callFunction, type Tx } from "@/lib/platform/db";

/** Who asks: an API key by the hex hash of its secret and the address it is used from (null: unknown), or a signed-in user at a workspace. */
export type PrincipalRef = { kind: "key"; hash: string; address: string | null } | { kind: "user"; userId: string; sessionVersion: number; sessionId: string; slug: string };

/** One row of the SQL function `admit`. */
export type AdmitRow = {
  ord: number; granted: number; tenant_id: string; tenant_slug: string; tenant_name: string; plan_id: string;
  paused_at: Date | null; pause_reason: string | null; api_key_id: string | null; api_key_name: string | null;
  user_id: string; role: string | null; scopes: string[] | null; period_start: Date; period_end: Date;
  used_ms: number; leased_ms: number; used_micros: number; leased_micros: number; calls: number;
  cap_ms: number; cap_micros: number; cap_calls: number;
  requests_per_minute: number; concurrent_runs: number; queue_depth: number; longest_run_ms: number; agents: number | null;
  address_allowed: boolean; key_requests_per_minute: number | null; two_factor_missing: boolean; delete_after: Date | null;
  quota_ms: number; quota_micros: number; spend_limit_micros: number; overage_micros_per_minute: number | null; overage_enabled: boolean; read_only: boolean;
};

/** Authenticates and counts for several principals in one statement. `ord` in the answer is the position plus one. */
export function admitAll(asked: { ref: PrincipalRef; count: number }[]): Promise<AdmitRow[]> {
  return callFunction<AdmitRow>("admit", "SELECT * FROM admit($1::text[], $2::text[], $3::int[], $4::text[], $5::int[], $6::text[], $7::text[])", [
    asked.map(({ ref }) => (ref.kind === "key" ? ref.hash : null)),
    asked.map(({ ref }) => (ref.kind === "user" ? ref.userId : null)),
    asked.map(({ ref }) => (ref.kind === "user" ? ref.sessionVersion : null)),
    asked.map(({ ref }) => (ref.kind === "user" ? ref.slug : null)),
    asked.map(({ count }) => count),
    asked.map(({ ref }) => (ref.kind === "key" ? ref.address : null)),
    asked.map(({ ref }) => (ref.kind === "user" ? ref.sessionId : null)),
  ]);
}

/** What `admit` would tell of a member, without a session; no row for who is none. */
export async function admitMemberRow(tenantId: string, userId: string): Promise<AdmitRow | null> {
  const rows = await callFunction<AdmitRow>("admit_member", "SELECT * FROM admit_member($1, $2)", [tenantId, userId]);
  return rows[0] ?? null;
}

/** Trips today's breaker when the day's model spend has reached the limit; true when it did so now. */
export async function tripBreaker(limitMicros: number): Promise<boolean> {
  const rows = await callFunction<{ tripped: boolean }>("trip_breaker", "SELECT trip_breaker($1) AS tripped", [limitMicros]);
  return rows[0]?.tripped ?? false;
}

/** Whether today's breaker has tripped and nobody has lifted it. */
export async function isBreakerTripped(tx: Tx): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM platform_spend s WHERE s.day = (now() AT TIME ZONE 'UTC')::date AND s.tripped_at IS NOT NULL AND s.lifted_at IS NULL`;
  return rows.length > 0;
}
