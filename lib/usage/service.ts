import { withTenant } from "@/lib/platform/db";
import { projectUsage, sumUsage, type UsageSumRow } from "@/lib/usage/repo";
import type { Quantities, UsageDto, UsageQuery, UsageRow } from "@/lib/usage/schema";

/**
 * Billed usage from the hourly rollups, which follow the ledger by about a second.
 * @param period what `from` and `to` default to
 */
export async function getUsage(tenantId: string, period: { start: Date }, query: UsageQuery): Promise<UsageDto> {
  const from = query.from ? new Date(query.from) : period.start;
  const to = query.to ? new Date(query.to) : new Date();
  const rows = await withTenant(tenantId, (tx) => sumUsage(tx, tenantId, from, to, query.group_by));
  const data = groupRows(rows);
  return { object: "usage", from: from.toISOString(), to: to.toISOString(), group_by: query.group_by, data, total: addUp(data) };
}

/** Brings the rollups up to date. Called about once a second by workers; several at once do no harm. */
export function projectLedger(): Promise<number> {
  return projectUsage();
}

/** Sums rows into one. */
export function addUp(rows: Quantities[]): Quantities {
  const total = nothing();
  for (const row of rows) for (const meter of Object.keys(total) as (keyof Quantities)[]) total[meter] += row[meter];
  return total;
}

function groupRows(rows: UsageSumRow[]): UsageRow[] {
  const groups = new Map<string, UsageRow>();
  for (const row of rows) {
    const group = groups.get(row.key) ?? { key: row.key, label: row.label ?? row.key, ...nothing() };
    // The column's check constraint allows exactly the meters.
    group[row.meter as keyof Quantities] += Number(row.quantity);
    groups.set(row.key, group);
  }
  return [...groups.values()];
}

function nothing(): Quantities {
  return { agent_ms: 0, api_calls: 0, model_micros: 0, input_tokens: 0, output_tokens: 0 };
}
