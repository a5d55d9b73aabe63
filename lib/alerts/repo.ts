import { Prisma } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";
import type { Alert } from "@/lib/alerts/policy";
import type { RuleSubject } from "@/lib/alerts/schema";

/** Records every threshold that the tenant has reached; each once, however often it is asked. */
export async function checkThresholdRows(tx: Tx, tenantId: string): Promise<void> {
  await tx.$queryRaw`SELECT check_thresholds(ARRAY[${tenantId}])::text`;
}

/** Records unusual hours of every tenant; returns how many were new. */
export async function findAnomalyRows(): Promise<number> {
  const rows = await callFunction<{ found: number }>("find_anomalies", "SELECT find_anomalies() AS found", []);
  return rows[0]?.found ?? 0;
}

/** Alerts of any tenant that nobody was told of, each given out once. Run in the transaction that queues their telling. */
export function takeAlertRows(tx: Tx, most: number): Promise<{ alert_id: string; tenant_id: string }[]> {
  return tx.$queryRaw`SELECT alert_id, tenant_id FROM take_alerts(${most}::int)`;
}

type Row = {
  id: string; kind: Alert["kind"]; meter: Alert["meter"]; api_key_id: string; key_name: string | null; key_cap_ms: bigint | null; key_used_ms: bigint | null;
  period_start: Date; percent: number; used: bigint; quota: bigint; crossed_at: Date; dismissed_at: Date | null;
};

/** The tenant's alerts, newest first; one of them where its id is given. */
export async function listAlertRows(tx: Tx, tenantId: string, which: { id?: string; since?: Date; most: number }): Promise<Alert[]> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT a.id, a.kind, a.meter, a.api_key_id, a.period_start, a.percent, a.used, a.quota, a.crossed_at, a.dismissed_at,
           k.name AS key_name, CASE WHEN k.revoked_at IS NULL THEN k.monthly_cap_ms END AS key_cap_ms, c.used_ms AS key_used_ms
    FROM usage_alert a
    LEFT JOIN api_key k ON k.tenant_id = a.tenant_id AND k.id = a.api_key_id
    LEFT JOIN key_counter c ON c.tenant_id = a.tenant_id AND c.api_key_id = a.api_key_id AND c.period_start = a.period_start
    WHERE a.tenant_id = ${tenantId} ${which.id === undefined ? Prisma.empty : Prisma.sql`AND a.id = ${which.id}`}
      ${which.since ? Prisma.sql`AND a.period_start >= ${which.since}` : Prisma.empty}
    ORDER BY a.id DESC LIMIT ${which.most}`;
  return rows.map((row) => ({
    id: row.id, kind: row.kind, meter: row.meter, periodStart: row.period_start, percent: row.percent, used: Number(row.used), quota: Number(row.quota),
    crossedAt: row.crossed_at, dismissedAt: row.dismissed_at,
    key: row.api_key_id === "" ? null : { id: row.api_key_id, name: row.key_name ?? row.api_key_id, capMs: row.key_cap_ms === null ? null : Number(row.key_cap_ms), usedMs: Number(row.key_used_ms ?? 0) },
  }));
}

/** Dismisses an alert and the lower ones of the same subject and period; returns how many were shown until now. */
export async function dismissAlertRows(tx: Tx, tenantId: string, alert: Alert, at: Date): Promise<number> {
  const { count } = await tx.usageAlert.updateMany({
    where: { tenantId, kind: alert.kind, meter: alert.meter, apiKeyId: alert.key?.id ?? "", periodStart: alert.periodStart, percent: { lte: alert.percent }, dismissedAt: null },
    data: { dismissedAt: at },
  });
  return count;
}

/**
 * Whether a higher threshold of the same subject and period was reached at the same moment: in one step, or in two that one after the other
 * wrote down within seconds. A threshold that was added later, below what is used already, is a moment of its own.
 */
export async function isOutdone(tx: Tx, tenantId: string, alertId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ outdone: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM usage_alert h
      WHERE h.tenant_id = a.tenant_id AND h.kind = a.kind AND h.meter = a.meter AND h.api_key_id = a.api_key_id AND h.period_start = a.period_start
        AND h.percent > a.percent AND h.crossed_at BETWEEN a.crossed_at - interval '2 seconds' AND a.crossed_at + interval '2 seconds') AS outdone
    FROM usage_alert a WHERE a.tenant_id = ${tenantId} AND a.id = ${alertId}`;
  return rows[0]?.outdone ?? false;
}

/** Who is told of alerts. */
const TOLD = ["owner", "admin", "billing"];

/** Ids of the members who are told; of one alone where it is given. */
export async function listToldIds(tx: Tx, tenantId: string, userId?: string): Promise<string[]> {
  const rows = await tx.member.findMany({ where: { tenantId, role: { in: TOLD }, ...(userId === undefined ? {} : { userId }) }, select: { userId: true }, orderBy: { userId: "asc" } });
  return rows.map((row) => row.userId);
}

export type RuleRow = RuleSubject & { percent: number };

export async function listRuleRows(tx: Tx, tenantId: string): Promise<RuleRow[]> {
  const rows = await tx.alertRule.findMany({ where: { tenantId }, orderBy: [{ apiKeyId: "asc" }, { meter: "asc" }, { percent: "asc" }] });
  // The column's check constraint allows exactly the meters.
  return rows.map((row) => ({ meter: row.meter as RuleRow["meter"], keyId: row.apiKeyId || null, percent: row.percent }));
}

/** Makes additions of one tenant wait for each other, until the transaction ends. */
export async function lockRules(tx: Tx, tenantId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('thresholds:' || ${tenantId}, 0))::text`;
}

/** False: it is there already. */
export async function insertRuleRow(tx: Tx, tenantId: string, rule: RuleRow): Promise<boolean> {
  const { count } = await tx.alertRule.createMany({ data: [{ tenantId, apiKeyId: rule.keyId ?? "", meter: rule.meter, percent: rule.percent }], skipDuplicates: true });
  return count === 1;
}

/** False: it is gone already. */
export async function deleteRuleRow(tx: Tx, tenantId: string, rule: RuleRow): Promise<boolean> {
  const { count } = await tx.alertRule.deleteMany({ where: { tenantId, apiKeyId: rule.keyId ?? "", meter: rule.meter, percent: rule.percent } });
  return count === 1;
}
