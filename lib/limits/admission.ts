import { createBatcher } from "@/lib/core/batch";
import { metrics } from "@/lib/platform/metrics";
import { processSingleton } from "@/lib/platform/process-singleton";
import { admitAll, admitMemberRow, type AdmitRow, type PrincipalRef } from "@/lib/limits/repo";

/** What an admitted request knows of who asks and what is left, without another query. Durations in ms, money in micro-dollars. */
export type Admission = {
  tenant: { id: string; slug: string; name: string; planId: string; pausedAt: Date | null; pauseReason: string | null; deleteAfter: Date | null };
  key: { id: string; name: string; requestsPerMinute: number | null } | null;
  /** The signed-in user, or who made the key. */
  userId: string;
  /** The user's role here now; null once a key's maker has left. */
  role: string | null;
  /** True for a member who came when the plan had no seat left, or whom a smaller plan has none for: they may look. Never for a key. */
  readOnly: boolean;
  /** The key's scopes; null for a session, which may do what the role may. */
  scopes: string[] | null;
  period: { start: Date; end: Date };
  usage: { ms: number; leasedMs: number; micros: number; leasedMicros: number; calls: number };
  /** Where the platform refuses, at this use: with overage on it moves, because minutes and model spend share the spend limit. */
  caps: { ms: number; micros: number; calls: number };
  /** What the plan, or what was agreed in its place, includes. Of calls it is their cap. */
  quotas: { ms: number; micros: number };
  /** `microsPerMinute` null: the plan has no overage. */
  overage: { enabled: boolean; spendLimitMicros: number; microsPerMinute: number | null };
  limits: { requestsPerMinute: number; concurrentRuns: number; queueDepth: number; longestRunMs: number; agents: number | null };
};

/** `unknown`: nobody that we know. The others are known, and only the last may go on. */
export type AdmitAnswer = { kind: "unknown" } | { kind: "address_refused" | "two_factor_missing" | "refused" | "admitted"; admission: Admission };

type Question = { ref: PrincipalRef; counted: boolean };

/** More would make one statement slow for everybody in it. */
const MOST_IN_ONE = 512;

/**
 * Authenticates a request and, when `counted`, counts it as an API call that is on disk before this returns.
 * Requests that arrive while a batch is in flight share the next one, so under load many share one round trip.
 * @throws AppError `unavailable` when the database is away; then nothing was counted
 */
export function admit(ref: PrincipalRef, counted: boolean): Promise<AdmitAnswer> {
  const { ask } = processSingleton("admission", () => ({ ask: createBatcher(admitTogether, MOST_IN_ONE) }));
  return ask({ ref, counted });
}

/**
 * The admission of a member for work that no request asks for, such as a schedule's: nothing is counted, caps and limits are
 * what they would be. Null: the user is no member of the tenant.
 */
export async function admitMember(tenantId: string, userId: string): Promise<Admission | null> {
  const row = await admitMemberRow(tenantId, userId);
  return row && toAdmission(row);
}

async function admitTogether(questions: Question[]): Promise<AdmitAnswer[]> {
  metrics().admitted.inc(questions.length);
  const groups = new Map<string, { ref: PrincipalRef; count: number }>();
  for (const { ref, counted } of questions) {
    const group = groups.get(refId(ref)) ?? { ref, count: 0 };
    group.count += counted ? 1 : 0;
    groups.set(refId(ref), group);
  }
  const rows = new Map((await admitAll([...groups.values()])).map((row) => [row.ord, row]));
  const decisions = new Map([...groups.keys()].map((id, index) => [id, toDecision(rows.get(index + 1))]));
  return questions.map(({ ref, counted }) => {
    const decision = decisions.get(refId(ref));
    if (!decision?.admission) return { kind: "unknown" };
    const { admission } = decision;
    if (!decision.addressAllowed) return { kind: "address_refused", admission };
    if (decision.twoFactorMissing) return { kind: "two_factor_missing", admission };
    // The first ones in are admitted.
    return !counted || decision.granted-- > 0 ? { kind: "admitted", admission } : { kind: "refused", admission };
  });
}

function toDecision(row: AdmitRow | undefined): { granted: number; addressAllowed: boolean; twoFactorMissing: boolean; admission: Admission | null } {
  if (!row) return { granted: 0, addressAllowed: false, twoFactorMissing: false, admission: null };
  return { granted: row.granted, addressAllowed: row.address_allowed, twoFactorMissing: row.two_factor_missing, admission: toAdmission(row) };
}

function refId(ref: PrincipalRef): string {
  return ref.kind === "key" ? `${ref.hash} ${ref.address ?? ""}` : `${ref.userId} ${ref.sessionVersion} ${ref.sessionId} ${ref.slug}`;
}

function toAdmission(row: AdmitRow): Admission {
  return {
    tenant: { id: row.tenant_id, slug: row.tenant_slug, name: row.tenant_name, planId: row.plan_id, pausedAt: row.paused_at, pauseReason: row.pause_reason, deleteAfter: row.delete_after },
    key: row.api_key_id === null ? null : { id: row.api_key_id, name: row.api_key_name ?? "", requestsPerMinute: row.key_requests_per_minute },
    userId: row.user_id,
    role: row.role,
    readOnly: row.read_only,
    scopes: row.scopes,
    period: { start: row.period_start, end: row.period_end },
    usage: { ms: row.used_ms, leasedMs: row.leased_ms, micros: row.used_micros, leasedMicros: row.leased_micros, calls: row.calls },
    caps: { ms: row.cap_ms, micros: row.cap_micros, calls: row.cap_calls },
    quotas: { ms: row.quota_ms, micros: row.quota_micros },
    overage: { enabled: row.overage_enabled, spendLimitMicros: row.spend_limit_micros, microsPerMinute: row.overage_micros_per_minute },
    limits: {
      requestsPerMinute: row.requests_per_minute, concurrentRuns: row.concurrent_runs, queueDepth: row.queue_depth,
      longestRunMs: row.longest_run_ms, agents: row.agents,
    },
  };
}
