import { owner, type Workspace } from "@/e2e/fixtures/workspace";
import type { Tally } from "./client";

/** What was promised and is not so, a line each. */
export async function findBrokenPromises(workspaces: Workspace[], tally: Tally): Promise<string[]> {
  return [...(await brokenCounts(workspaces, tally)), ...(await brokenRuns(tally)), ...(await brokenLeases()), ...(await brokenAlerts())];
}

/** Acknowledged ≤ counted ≤ sent, and what is counted beyond the acknowledged is at most what got no clear answer. */
async function brokenCounts(workspaces: Workspace[], tally: Tally): Promise<string[]> {
  const { rows } = await owner().query<{ tenant_id: string; calls: number; ledger: number }>(
    "SELECT tenant_id, sum(calls)::bigint AS calls, (SELECT coalesce(sum(quantity), 0)::bigint FROM ledger l WHERE l.tenant_id = c.tenant_id AND meter = 'api_calls') AS ledger FROM usage_counter c GROUP BY 1");
  const excess = rows.reduce((sum, row) => sum + row.calls - (tally.perTenant.get(row.tenant_id)?.acknowledged ?? 0), 0);
  console.log(`counted ${rows.reduce((sum, row) => sum + row.calls, 0)}: ${excess} more than acknowledged, of ${[...tally.perTenant.values()].reduce((sum, one) => sum + one.unsure, 0)} that may have been`);
  return rows.flatMap(({ tenant_id, calls, ledger }) => {
    const seen = tally.perTenant.get(tenant_id) ?? { acknowledged: 0, unsure: 0 };
    const slug = workspaces.find((one) => one.tenantId === tenant_id)?.slug;
    return [
      ...(calls === ledger ? [] : [`${slug}: the counter says ${calls} calls, the ledger ${ledger}`]),
      ...(seen.acknowledged <= calls ? [] : [`${slug}: ${seen.acknowledged} calls acknowledged, ${calls} counted`]),
      ...(calls <= seen.acknowledged + seen.unsure ? [] : [`${slug}: ${calls} counted of ${seen.acknowledged} acknowledged and ${seen.unsure} that were under way when something died`]),
    ];
  });
}

/** Every acknowledged run is there and ended once. */
async function brokenRuns(tally: Tally): Promise<string[]> {
  const { rows } = await owner().query<{ id: string; status: string; endings: number }>(
    `SELECT r.id, r.status, (SELECT count(*)::int FROM run_event e WHERE e.tenant_id = r.tenant_id AND e.run_id = r.id
       AND e.type IN ('run.succeeded', 'run.failed', 'run.canceled', 'run.timed_out', 'run.stopped')) AS endings FROM run r`);
  const known = new Set(rows.map(({ id }) => id));
  const counts = rows.reduce<Record<string, number>>((sum, { status }) => ({ ...sum, [status]: (sum[status] ?? 0) + 1 }), {});
  console.log(`runs: ${JSON.stringify(counts)}`);
  return [
    ...[...tally.runs.keys()].filter((id) => !known.has(id)).map((id) => `${id} was acknowledged and does not exist`),
    ...rows.filter(({ endings }) => endings !== 1).map(({ id, status, endings }) => `${id} (${status}) ended ${endings} times`),
  ];
}

async function brokenLeases(): Promise<string[]> {
  const { rows } = await owner().query<{ what: string; n: number }>(
    `SELECT 'runs that hold a lease' AS what, count(*)::int AS n FROM run WHERE lease_ms <> 0 OR lease_micros <> 0
     UNION ALL SELECT 'counters with something leased', count(*)::int FROM usage_counter WHERE leased_ms <> 0 OR leased_micros <> 0
     UNION ALL SELECT 'counters of keys with something leased', count(*)::int FROM key_counter WHERE leased_ms <> 0
     UNION ALL SELECT 'counters past their cap', count(*)::int FROM usage_counter c JOIN effective_limit l ON l.tenant_id = c.tenant_id WHERE c.used_ms > l.quota_ms OR c.calls > l.cap_calls`);
  return rows.filter(({ n }) => n > 0).map(({ what, n }) => `${n} ${what}`);
}

/** A threshold that was reached has its row, once; one that was not has none. */
async function brokenAlerts(): Promise<string[]> {
  const { rows } = await owner().query<{ tenant_id: string; meter: string; percent: number; reached: boolean; rows: number }>(
    `SELECT c.tenant_id, m.meter, p.percent, m.used + CASE WHEN p.percent = 100 THEN m.slack ELSE 0 END >= m.quota * p.percent / 100.0 AS reached,
            (SELECT count(*)::int FROM usage_alert a WHERE a.tenant_id = c.tenant_id AND a.meter = m.meter AND a.percent = p.percent AND a.api_key_id = '' AND a.kind = 'threshold') AS rows
     FROM usage_counter c JOIN effective_limit l ON l.tenant_id = c.tenant_id
     CROSS JOIN LATERAL (VALUES ('agent_ms', c.used_ms, l.quota_ms, 500), ('api_calls', c.calls, l.cap_calls, 0)) AS m (meter, used, quota, slack)
     CROSS JOIN (VALUES (80), (100)) AS p (percent)`);
  console.log(`alerts: ${rows.reduce((sum, row) => sum + row.rows, 0)} for ${rows.filter(({ reached }) => reached).length} crossings`);
  return rows.filter(({ reached, rows: found }) => found !== (reached ? 1 : 0)).map((row) => `alert ${row.tenant_id} ${row.meter} ${row.percent} %: ${row.rows} rows, reached: ${row.reached}`);
}
