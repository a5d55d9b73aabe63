import { callFunction, type Tx } from "@/lib/platform/db";
import { NO_OVERAGE, type Overage } from "@/lib/billing/overage";

/** A period that has more overage than was reported. `live`: its subscription goes on. */
export type DuePeriod = { tenantId: string; customerId: string; subscriptionId: string; live: boolean; period: { start: Date; end: Date } };

type DueRow = { tenant_id: string; period_start: Date; period_end: Date; customer_id: string; subscription_id: string; live: boolean };

/** Periods to report: of everybody or of one tenant, those that were quiet for `quietS` seconds. */
export async function listDuePeriods(most: number, quietS: number, tenantId: string | null): Promise<DuePeriod[]> {
  const rows = await callFunction<DueRow>("meter_due", "SELECT * FROM meter_due($1, make_interval(secs => $2), $3)", [most, quietS, tenantId]);
  return rows.map((row) => ({ tenantId: row.tenant_id, customerId: row.customer_id, subscriptionId: row.subscription_id, live: row.live, period: { start: row.period_start, end: row.period_end } }));
}

/** Writes the next report of a period down; false: there is none to write, or one waits already. */
export async function openReport(tx: Tx, { tenantId, period, customerId }: DuePeriod, eventAt: Date, late: boolean): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: string | null }[]>`SELECT open_meter_report(${tenantId}, ${period.start}::timestamptz, ${eventAt}::timestamptz, ${late}, ${customerId}) AS id`;
  return (rows[0]?.id ?? null) !== null;
}

/** A report that this worker sends: no other has it for a while. */
export type TakenReport = {
  tenantId: string; id: string; customerId: string; subscriptionId: string | null; live: boolean;
  /** From the start of the period in which it was used to the end of the one whose invoice it is to be on. */
  period: { start: Date; end: Date };
  fromMicros: bigint; toMicros: bigint; eventAt: Date; late: boolean; createdAt: Date; attempts: number;
};

type TakenRow = {
  tenant_id: string; id: string; period_start: Date; period_end: Date | null; from_micros: number; to_micros: number; customer_id: string; subscription_id: string | null; event_at: Date; late: boolean;
  created_at: Date; attempts: number; live: boolean;
};

export async function takeReports(most: number, tenantId: string | null): Promise<TakenReport[]> {
  const rows = await callFunction<TakenRow>("take_meter_reports", "SELECT * FROM take_meter_reports($1, $2)", [most, tenantId]);
  return rows.map((row) => ({
    tenantId: row.tenant_id, id: row.id, customerId: row.customer_id, subscriptionId: row.subscription_id, live: row.live, period: { start: row.period_start, end: row.period_end ?? row.event_at },
    fromMicros: BigInt(row.from_micros), toMicros: BigInt(row.to_micros), eventAt: row.event_at, late: row.late, createdAt: row.created_at, attempts: row.attempts,
  }));
}

/** Stripe has it. */
export async function markReport(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.meterReport.updateMany({ where: { tenantId, id, sentAt: null }, data: { sentAt: new Date(), error: null } });
}

/** Stripe does not have it, or has not said so. Its turn comes again. @param error nothing secret */
export async function failReport(tx: Tx, tenantId: string, id: string, error: string): Promise<void> {
  await tx.meterReport.updateMany({ where: { tenantId, id, sentAt: null }, data: { error } });
}

/** Puts a report that came too late for its own invoice on the present one, with its amount in whole cents. */
export async function postponeReport(tx: Tx, tenantId: string, id: string, to: { micros: bigint; eventAt: Date }): Promise<void> {
  await tx.meterReport.updateMany({ where: { tenantId, id, sentAt: null }, data: { toMicros: to.micros, eventAt: to.eventAt, late: true, nextAttemptAt: new Date(0) } });
}

/** What of a customer's reports Stripe has confirmed with a time in [from, to), in micro-dollars. */
export async function sumConfirmed(tx: Tx, tenantId: string, customerId: string, from: Date, to: Date): Promise<bigint> {
  const rows = await tx.meterReport.findMany({ where: { tenantId, customerId, sentAt: { not: null }, eventAt: { gte: from, lt: to } }, select: { fromMicros: true, toMicros: true } });
  return rows.reduce((sum, row) => sum + row.toMicros - row.fromMicros, 0n);
}

/** What reports with a time in [from, to) come to, confirmed or not. */
export async function sumReports(tx: Tx, tenantId: string, from: Date, to: Date): Promise<bigint> {
  const rows = await tx.meterReport.findMany({ where: { tenantId, eventAt: { gte: from, lt: to } }, select: { fromMicros: true, toMicros: true } });
  return rows.reduce((sum, row) => sum + row.toMicros - row.fromMicros, 0n);
}

/** How far a period was reported, and what of it was given back, in micro-dollars. */
export async function readReported(tx: Tx, tenantId: string, periodStart: Date): Promise<{ reported: bigint; creditedCents: number }> {
  const [reports, credits] = [
    await tx.meterReport.aggregate({ where: { tenantId, periodStart }, _max: { toMicros: true } }),
    await tx.billingCredit.aggregate({ where: { tenantId, periodStart }, _sum: { cents: true } }),
  ];
  return { reported: reports._max.toMicros ?? 0n, creditedCents: credits._sum.cents ?? 0 };
}

/** What a period charges past its quotas so far. */
export async function findOverage(tx: Tx, tenantId: string, periodStart: Date): Promise<Overage> {
  const row = await tx.usageCounter.findUnique({ where: { tenantId_periodStart: { tenantId, periodStart } }, select: { overageMs: true, overageUnits: true, overageMicros: true } });
  return row ? { ms: row.overageMs, units: row.overageUnits, modelMicros: row.overageMicros } : NO_OVERAGE;
}

/** A credit that this worker sends. */
export type TakenCredit = { tenantId: string; id: string; customerId: string; cents: number; reason: string; periodStart: Date | null; createdAt: Date; attempts: number };

type CreditRow = { tenant_id: string; id: string; cents: number; reason: string; period_start: Date | null; customer_id: string; created_at: Date; attempts: number };

export async function takeCredits(most: number): Promise<TakenCredit[]> {
  const rows = await callFunction<CreditRow>("take_billing_credits", "SELECT * FROM take_billing_credits($1)", [most]);
  return rows.map((row) => ({
    tenantId: row.tenant_id, id: row.id, customerId: row.customer_id, cents: row.cents, reason: row.reason, periodStart: row.period_start, createdAt: row.created_at, attempts: row.attempts,
  }));
}

export async function markCredit(tx: Tx, tenantId: string, id: string, transactionId: string): Promise<void> {
  await tx.billingCredit.updateMany({ where: { tenantId, id, sentAt: null }, data: { transactionId, sentAt: new Date(), error: null } });
}

export async function failCredit(tx: Tx, tenantId: string, id: string, error: string): Promise<void> {
  await tx.billingCredit.updateMany({ where: { tenantId, id, sentAt: null }, data: { error } });
}

/** Late reports that are on an invoice of [from, to) and that no note tells of yet. */
export async function listUnnoted(tx: Tx, tenantId: string, from: Date, to: Date): Promise<{ id: string; periodStart: Date; micros: bigint }[]> {
  const rows = await tx.meterReport.findMany({ where: { tenantId, late: true, notedAt: null, eventAt: { gte: from, lt: to } }, orderBy: { id: "asc" }, select: { id: true, periodStart: true, fromMicros: true, toMicros: true } });
  return rows.map((row) => ({ id: row.id, periodStart: row.periodStart, micros: row.toMicros - row.fromMicros }));
}

export async function markNoted(tx: Tx, tenantId: string, ids: string[]): Promise<void> {
  await tx.meterReport.updateMany({ where: { tenantId, id: { in: ids } }, data: { notedAt: new Date() } });
}
