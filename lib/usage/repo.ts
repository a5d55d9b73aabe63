import { Prisma } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";
import type { UsageGroup } from "@/lib/usage/schema";

export type UsageSumRow = { key: string; label: string | null; meter: string; quantity: bigint | number };

const GROUPS: Record<UsageGroup, { key: Prisma.Sql; label: Prisma.Sql }> = {
  meter: { key: Prisma.sql`h.meter`, label: Prisma.sql`h.meter` },
  agent: { key: Prisma.sql`h.agent_id`, label: Prisma.sql`(SELECT a.name FROM agent a WHERE a.tenant_id = h.tenant_id AND a.id = h.agent_id)` },
  key: { key: Prisma.sql`h.api_key_id`, label: Prisma.sql`(SELECT k.name FROM api_key k WHERE k.tenant_id = h.tenant_id AND k.id = h.api_key_id)` },
  hour: { key: Prisma.sql`to_char(h.hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`, label: Prisma.sql`NULL` },
  day: { key: Prisma.sql`to_char(h.hour AT TIME ZONE 'UTC', 'YYYY-MM-DD')`, label: Prisma.sql`NULL` },
};

/** Billed usage of the hours from `from` up to but not including `to`, summed by group and meter. */
export function sumUsage(tx: Tx, tenantId: string, from: Date, to: Date, group: UsageGroup): Promise<UsageSumRow[]> {
  const { key, label } = GROUPS[group];
  return tx.$queryRaw<UsageSumRow[]>`
    SELECT s.key, s.label, s.meter, sum(s.quantity)::bigint AS quantity
    FROM (
      SELECT ${key} AS key, ${label} AS label, h.meter, h.quantity
      FROM usage_hourly h
      WHERE h.tenant_id = ${tenantId} AND h.hour >= date_trunc('hour', ${from}::timestamptz, 'UTC') AND h.hour < ${to}::timestamptz AND h.billed
    ) s
    GROUP BY s.key, s.label, s.meter
    ORDER BY s.key`;
}

/** Brings the hourly rollups up to date with the ledger; returns how many rows were added. */
export async function projectUsage(): Promise<number> {
  const rows = await callFunction<{ added: number }>("project_usage", "SELECT project_usage() AS added", []);
  return rows[0]?.added ?? 0;
}
