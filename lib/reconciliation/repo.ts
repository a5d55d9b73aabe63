import { MINUTE_MS } from "@/lib/core/time";
import { callFunction, callUpkeep } from "@/lib/platform/db";

/** Puts a question to the database: over the application's connections, or over those of the script's own. */
export type Ask = <Row extends Record<string, unknown>>(text: string, values: unknown[]) => Promise<Row[]>;

/** A tenant with ten million raw rows takes its time; nobody waits for it, and it locks nothing that anybody needs. After ten minutes without news a sweep is begun anew. */
const SWEEP_TIMEOUT_MS = 9 * MINUTE_MS;
export const askAsApplication: Ask = (text, values) => callUpkeep(text, values, { timeoutMs: SWEEP_TIMEOUT_MS });

/** The id of a new sweep; null when today's daily one is done or under way. */
export async function beginSweep(ask: Ask, kind: "daily" | "script"): Promise<string | null> {
  const [row] = await ask<{ id: string | null }>("SELECT begin_reconciliation($1) AS id", [kind]);
  return row?.id ?? null;
}

/** Compares the tenant after this one; null when it was the last. */
export async function sweepNext(ask: Ask, sweepId: string, after: string): Promise<{ tenant_id: string; differences: number } | null> {
  const [row] = await ask<{ tenant_id: string; differences: number | string }>("SELECT tenant_id, differences FROM reconcile_next($1, $2)", [sweepId, after]);
  return row ? { tenant_id: row.tenant_id, differences: Number(row.differences) } : null;
}

/** Ends a sweep; returns how many differences there are, or null when somebody else began it anew. */
export async function endSweep(ask: Ask, sweepId: string): Promise<number | null> {
  const [row] = await ask<{ total: number | null }>("SELECT finish_reconciliation($1) AS total", [sweepId]);
  return row?.total ?? null;
}

export type DifferenceRow = { check_name: string; period_start: Date | string | null; subject: string; expected: number | string; found: number | string };
export type SweepRow = {
  started_at: string; finished_at: string; took_ms: number; tenants: number; differences: number;
  list: (DifferenceRow & { tenant_id: string | null; slug: string | null; name: string | null })[];
};

/** Compares one tenant now. The database itself checks that `staffId` is staff. */
export function reconcileTenantRow(staffId: string, tenant: string): Promise<DifferenceRow[]> {
  return callUpkeep<DifferenceRow>("SELECT check_name, period_start, subject, expected, found FROM staff_reconcile($1, $2)", [staffId, tenant], { timeoutMs: SWEEP_TIMEOUT_MS });
}

/** The last whole sweep and its first differences, or null. The database itself checks that `staffId` is staff. */
export async function findLastSweepRow(staffId: string, most: number): Promise<SweepRow | null> {
  const [row] = await callFunction<{ sweep: SweepRow | null }>("staff_show_reconciliation", "SELECT staff_show_reconciliation($1, $2) AS sweep", [staffId, most]);
  return row?.sweep ?? null;
}
