import type pg from "pg";
import { makeSession } from "@/e2e/fixtures/workspace";
import { DAY_MS } from "@/lib/core/time";

export type Read = { name: string; read: () => Promise<unknown> };
export type Plan = { name: string; rows: number; buffers: number; scans: string[]; sequential: boolean };

const LARGE_TABLES = /^(ledger|usage_hourly|usage_daily|run$)/;
const GROUPS = ["meter", "agent", "key", "day"] as const;

/** What pages and API ask of the services, one by one. Imported late: the services read the environment when they are loaded. */
export async function listReads({ tenantId, userId, slug }: { tenantId: string; userId: string; slug: string }): Promise<Read[]> {
  const [{ getUsage }, { getUsageReport }, { toUsageCsv }, { admit }, { countRunsUnderWay, listRuns }, { listAgents }, { listKeys }] = await Promise.all([
    import("@/lib/usage/service"), import("@/lib/usage/report"), import("@/lib/usage/csv"), import("@/lib/limits/admission"), import("@/lib/runs/service"), import("@/lib/agents/service"), import("@/lib/keys/service"),
  ]);
  const now = new Date();
  const period = { start: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)), end: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)) };
  const session = { kind: "user", ...(await makeSession(userId)), slug } as const;
  const since = (days: number) => ({ from: new Date(now.getTime() - days * DAY_MS).toISOString(), to: now.toISOString() });
  const page = (range: "today" | "period" | "year", meter: "minutes" | "tokens", by: "agent" | "key" | "meter"): Read => ({
    name: `usage page: ${range}, ${meter}, by ${by}`, read: () => getUsageReport(tenantId, period, { range, meter, by, chart: "each" }),
  });
  return [
    page("today", "minutes", "agent"), page("today", "tokens", "meter"), page("period", "minutes", "agent"), page("period", "tokens", "key"),
    page("year", "minutes", "agent"), page("year", "minutes", "meter"), page("year", "tokens", "key"),
    { name: "usage page, overview: admission", read: () => admit(session, false) },
    { name: "usage page, overview: runs under way", read: () => countRunsUnderWay(tenantId) },
    { name: "overview: latest runs", read: () => listRuns(tenantId, { limit: 8 }) },
    { name: "overview: first agent", read: () => listAgents(tenantId, { limit: 1 }) },
    { name: "overview: first key", read: () => listKeys(tenantId, { limit: 1 }) },
    ...GROUPS.map((group_by) => ({ name: `API: this period by ${group_by}`, read: () => getUsage(tenantId, period, { group_by }) })),
    ...GROUPS.map((group_by) => ({ name: `API: one year by ${group_by}`, read: () => getUsage(tenantId, period, { ...since(365), group_by }) })),
    ...GROUPS.map((group_by) => ({ name: `API: two years by ${group_by}`, read: () => getUsage(tenantId, period, { ...since(729), group_by }) })),
    { name: "API: 31 days by hour", read: () => getUsage(tenantId, period, { ...since(31), group_by: "hour" }) },
    { name: "CSV: two years by day", read: async () => toUsageCsv(await getUsage(tenantId, period, { ...since(729), group_by: "day" })) },
    { name: "CSV: 31 days by hour", read: async () => toUsageCsv(await getUsage(tenantId, period, { ...since(31), group_by: "hour" })) },
  ];
}

/** `EXPLAIN (ANALYZE, BUFFERS)` of the statements behind those reads, as the application's role inside the tenant. */
export async function explainReads(client: pg.Client, tenantId: string): Promise<Plan[]> {
  const { usageSums, USAGE_PLANNING } = await import("@/lib/usage/repo");
  const now = new Date();
  const plans: Plan[] = [];
  const explain = async (name: string, text: string, values: unknown[]): Promise<void> => {
    const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Node }] }>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
    const top = rows[0]?.["QUERY PLAN"][0].Plan;
    if (!top) throw new Error(`${name} has no plan`);
    plans.push(describe(name, top));
  };
  await client.query("BEGIN");
  await client.query("SELECT set_config('stint.tenant_id', $1, true)", [tenantId]);
  await explain("latest runs", "SELECT id FROM run WHERE tenant_id = $1 ORDER BY id DESC LIMIT 9", [tenantId]);
  await explain("runs under way", "SELECT (SELECT count(*) FROM run WHERE tenant_id = $1 AND status = 'running'), (SELECT count(*) FROM run WHERE tenant_id = $1 AND status = 'queued')", [tenantId]);
  await client.query(USAGE_PLANNING.text);
  for (const [group, days] of [...GROUPS.flatMap((one) => [24, 365, 729].map((span) => [one, span] as const)), ["hour", 31] as const]) {
    const { text, values } = usageSums(tenantId, [{ from: new Date(now.getTime() - days * DAY_MS), to: now, group }]);
    await explain(`${days} days by ${group}`, text, values);
  }
  for (const days of [365, 729]) {
    const { text, values } = usageSums(tenantId, [{ from: new Date(now.getTime() - days * DAY_MS), to: now, group: "day", meters: ["agent_ms"] }]);
    await explain(`${days} days by day, one meter`, text, values);
  }
  await client.query("ROLLBACK");
  return plans;
}

type Node = { "Node Type": string; "Relation Name"?: string; "Actual Rows": number; "Actual Loops": number; "Shared Hit Blocks"?: number; "Shared Read Blocks"?: number; Plans?: Node[] };

function describe(name: string, top: Node): Plan {
  const scans: string[] = [];
  let rows = 0;
  let sequential = false;
  const visit = (node: Node): void => {
    const table = node["Relation Name"];
    if (table && LARGE_TABLES.test(table)) {
      const scan = `${node["Node Type"]} on ${table}`;
      if (!scans.includes(scan)) scans.push(scan);
      rows += Math.round(node["Actual Rows"] * node["Actual Loops"]);
      sequential ||= node["Node Type"] === "Seq Scan";
    }
    node.Plans?.forEach(visit);
  };
  visit(top);
  return { name, rows, buffers: (top["Shared Hit Blocks"] ?? 0) + (top["Shared Read Blocks"] ?? 0), scans, sequential };
}
