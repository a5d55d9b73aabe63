import { metrics } from "@/lib/platform/metrics";
import { processSingleton } from "@/lib/platform/process-singleton";
import { admitAll, type AdmitRow, type PrincipalRef } from "@/lib/limits/repo";

/** What an admitted request knows of who asks and what is left, without another query. Durations in ms, money in micro-dollars. */
export type Admission = {
  tenant: { id: string; slug: string; name: string; planId: string; pausedAt: Date | null; pauseReason: string | null };
  key: { id: string; name: string } | null;
  /** The signed-in user, or who made the key. */
  userId: string;
  /** The user's role here now; null once a key's maker has left. */
  role: string | null;
  /** The key's scopes; null for a session, which may do what the role may. */
  scopes: string[] | null;
  period: { start: Date; end: Date };
  usage: { ms: number; leasedMs: number; micros: number; leasedMicros: number; calls: number };
  caps: { ms: number; micros: number; calls: number };
  limits: { requestsPerMinute: number; concurrentRuns: number; queueDepth: number; longestRunMs: number; agents: number | null };
};

export type AdmitAnswer = { kind: "unknown" } | { kind: "refused"; admission: Admission } | { kind: "admitted"; admission: Admission };

type Waiting = { ref: PrincipalRef; counted: boolean; resolve: (answer: AdmitAnswer) => void; reject: (error: unknown) => void };
type Batch = { waiting: Waiting[]; busy: boolean };

/** More would make one statement slow for everybody in it. */
const MOST_IN_ONE = 512;

/**
 * Authenticates a request and, when `counted`, counts it as an API call that is on disk before this returns.
 * Requests that arrive while a batch is in flight share the next one, so under load many share one round trip.
 * @throws AppError `unavailable` when the database is away; then nothing was counted
 */
export function admit(ref: PrincipalRef, counted: boolean): Promise<AdmitAnswer> {
  const batch = processSingleton<Batch>("admission", () => ({ waiting: [], busy: false }));
  return new Promise((resolve, reject) => {
    batch.waiting.push({ ref, counted, resolve, reject });
    if (!batch.busy) {
      batch.busy = true;
      // Whatever else arrives in this turn of the event loop comes along.
      setImmediate(() => void drain(batch));
    }
  });
}

async function drain(batch: Batch): Promise<void> {
  while (batch.waiting.length > 0) {
    const taken = batch.waiting.splice(0, MOST_IN_ONE);
    try {
      await admitTogether(taken);
    } catch (error) {
      for (const one of taken) one.reject(error);
    }
  }
  batch.busy = false;
}

async function admitTogether(taken: Waiting[]): Promise<void> {
  metrics().admitted.inc(taken.length);
  const groups = new Map<string, Waiting[]>();
  for (const one of taken) {
    const id = refId(one.ref);
    const group = groups.get(id);
    if (group) group.push(one);
    else groups.set(id, [one]);
  }
  const members = [...groups.values()];
  const asked = members.flatMap((group) => (group[0] ? [{ ref: group[0].ref, count: group.filter((one) => one.counted).length }] : []));
  const rows = new Map((await admitAll(asked)).map((row) => [row.ord, row]));
  members.forEach((group, index) => {
    const row = rows.get(index + 1);
    let granted = row?.granted ?? 0;
    const admission = row && toAdmission(row);
    for (const one of group) {
      if (!admission) one.resolve({ kind: "unknown" });
      else if (!one.counted) one.resolve({ kind: "admitted", admission });
      else if (granted-- > 0) one.resolve({ kind: "admitted", admission });
      else one.resolve({ kind: "refused", admission });
    }
  });
}

function refId(ref: PrincipalRef): string {
  return ref.kind === "key" ? ref.hash : `${ref.userId} ${ref.sessionVersion} ${ref.slug}`;
}

function toAdmission(row: AdmitRow): Admission {
  return {
    tenant: { id: row.tenant_id, slug: row.tenant_slug, name: row.tenant_name, planId: row.plan_id, pausedAt: row.paused_at, pauseReason: row.pause_reason },
    key: row.api_key_id === null ? null : { id: row.api_key_id, name: row.api_key_name ?? "" },
    userId: row.user_id,
    role: row.role,
    scopes: row.scopes,
    period: { start: row.period_start, end: row.period_end },
    usage: { ms: row.used_ms, leasedMs: row.leased_ms, micros: row.used_micros, leasedMicros: row.leased_micros, calls: row.calls },
    caps: { ms: row.cap_ms, micros: row.cap_micros, calls: row.cap_calls },
    limits: {
      requestsPerMinute: row.requests_per_minute, concurrentRuns: row.concurrent_runs, queueDepth: row.queue_depth,
      longestRunMs: row.longest_run_ms, agents: row.agents,
    },
  };
}
