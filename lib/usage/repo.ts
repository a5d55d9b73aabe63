import { Prisma } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";
import { utcDay } from "@/lib/core/time";
import { mergeHours, shared, splitRange, wholeHours, without, type Span } from "@/lib/usage/range";
import { CORRECTION, type Meter, type UsageGroup } from "@/lib/usage/schema";

/** Billed usage of the whole hours that a range touches, by group and meter; of some meters where they are given. */
export type UsageAsk = Span & {
  group: UsageGroup;
  meters?: readonly Meter[] | undefined;
  /** Of one period alone, to the last row: in the hours that hold another's use, too, the ledger's rows are read. */
  period?: { start: Date; mixed: readonly Span[] } | undefined;
};

/** One sum. `ask` is the position of what was asked. */
export type UsageSumRow = { ask: number; key: string; label: string | null; meter: string; quantity: bigint | number };

type GroupSql = {
  /** The group's value in a row of days, in one of hours and in one of the ledger: the same type in all. */
  day: Prisma.Sql;
  hour: Prisma.Sql;
  row: Prisma.Sql;
  /** The group `g.key` as text, once it is summed. */
  key: Prisma.Sql;
  label: (tenantId: string) => Prisma.Sql;
};

const noLabel = () => Prisma.sql`NULL`;
/** What staff corrected belongs to no key, like what was used in a browser, and is told apart by its agent. */
const keyOr = (agent: Prisma.Sql, key: Prisma.Sql) => Prisma.sql`CASE WHEN ${agent} = ${CORRECTION} THEN ${CORRECTION} ELSE ${key} END`;
const GROUPS: Record<UsageGroup, GroupSql> = {
  meter: { day: Prisma.sql`d.meter`, hour: Prisma.sql`h.meter`, row: Prisma.sql`l.meter`, key: Prisma.sql`g.key`, label: noLabel },
  agent: { day: Prisma.sql`d.agent_id`, hour: Prisma.sql`h.agent_id`, row: Prisma.sql`coalesce(l.agent_id, '')`, key: Prisma.sql`g.key`, label: (tenantId) => Prisma.sql`(SELECT a.name FROM agent a WHERE a.tenant_id = ${tenantId} AND a.id = g.key)` },
  key: { day: keyOr(Prisma.sql`d.agent_id`, Prisma.sql`d.api_key_id`), hour: keyOr(Prisma.sql`h.agent_id`, Prisma.sql`h.api_key_id`), row: keyOr(Prisma.sql`l.agent_id`, Prisma.sql`coalesce(l.api_key_id, '')`), key: Prisma.sql`g.key`, label: (tenantId) => Prisma.sql`(SELECT k.name FROM api_key k WHERE k.tenant_id = ${tenantId} AND k.id = g.key)` },
  day: { day: Prisma.sql`d.day`, hour: Prisma.sql`(h.hour AT TIME ZONE 'UTC')::date`, row: Prisma.sql`(l.occurred_at AT TIME ZONE 'UTC')::date`, key: Prisma.sql`to_char(g.key, 'YYYY-MM-DD')`, label: noLabel },
  // Nothing is read of the days here.
  hour: { day: Prisma.sql`NULL`, hour: Prisma.sql`h.hour`, row: Prisma.sql`date_trunc('hour', l.occurred_at, 'UTC')`, key: Prisma.sql`to_char(g.key AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`, label: noLabel },
};

/** Answers everything that is asked in one statement, in no order: a few sums are sorted faster than what they are made of. */
export async function sumUsage(tx: Tx, tenantId: string, asks: readonly UsageAsk[]): Promise<UsageSumRow[]> {
  await tx.$queryRaw(USAGE_PLANNING);
  return tx.$queryRaw<UsageSumRow[]>(usageSums(tenantId, asks));
}

/**
 * The primary keys hold all that is read here, in its order. PostgreSQL's default prices their pages as a spinning disk's, and
 * would rather read a whole table of everybody's rows where one tenant has much of it. Starting helpers for some ten thousand
 * rows takes longer than reading them. Until the transaction's end.
 */
export const USAGE_PLANNING = Prisma.sql`SELECT set_config('random_page_cost', '1.1', true), set_config('enable_seqscan', 'off', true),
  set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`;

/** The statement of {@link sumUsage}; the benchmark has it explained. */
export function usageSums(tenantId: string, asks: readonly UsageAsk[]): Prisma.Sql {
  return Prisma.join(asks.map((ask, index) => sumsOf(tenantId, ask, index)), " UNION ALL ");
}

function sumsOf(tenantId: string, ask: UsageAsk, index: number): Prisma.Sql {
  const { key, label, day, hour, row } = GROUPS[ask.group];
  const ofMeters = (column: Prisma.Sql) => (ask.meters ? Prisma.sql`AND ${column} = ANY (${[...ask.meters]}::text[])` : Prisma.empty);
  const whole = wholeHours(ask);
  const mixed = (ask.period?.mixed ?? []).flatMap((span) => shared(whole, span) ?? []);
  const parts = without(whole, mixed).map((span) => (ask.group === "hour" ? { days: null, hours: [span] } : splitRange(span)));
  const reads = parts.flatMap(({ days, hours }) => [
    ...(days ? [Prisma.sql`
      SELECT ${day} AS key, d.meter, d.quantity FROM usage_daily d
      WHERE d.tenant_id = ${tenantId} AND d.day >= ${utcDay(days.from)}::date AND d.day < ${utcDay(days.to)}::date AND d.billed ${ofMeters(Prisma.sql`d.meter`)}`] : []),
    ...hours.map(({ from, to }) => Prisma.sql`
      SELECT ${hour} AS key, h.meter, h.quantity FROM usage_hourly h
      WHERE h.tenant_id = ${tenantId} AND h.hour >= ${from}::timestamptz AND h.hour < ${to}::timestamptz AND h.billed ${ofMeters(Prisma.sql`h.meter`)}`),
  ]);
  for (const { from, to } of mixed) reads.push(Prisma.sql`
      SELECT ${row} AS key, l.meter, l.quantity FROM ledger l
      WHERE l.tenant_id = ${tenantId} AND l.period_start = ${ask.period?.start}::timestamptz AND l.occurred_at >= ${from}::timestamptz AND l.occurred_at < ${to}::timestamptz
        AND l.billed ${ofMeters(Prisma.sql`l.meter`)}`);
  return Prisma.sql`
    SELECT ${index}::int AS ask, ${key} AS key, ${label(tenantId)} AS label, g.meter, g.quantity
    FROM (SELECT r.key, r.meter, sum(r.quantity)::bigint AS quantity FROM (${Prisma.join(reads, " UNION ALL ")}) r GROUP BY r.key, r.meter) g`;
}

/**
 * The hours of a period in which another one of the tenant's was in force, too: a period begins when somebody subscribes, in the middle of
 * an hour, and one that was left by a change of plan may be entered again. Rollups know no periods.
 */
export async function findMixedHours(tx: Tx, tenantId: string, start: Date): Promise<Span[]> {
  const rows = await tx.$queryRaw<Span[]>`
    SELECT greatest(o.period_start, h.hour) AS from, o.period_end AS to
    FROM (SELECT date_trunc('hour', ${start}::timestamptz, 'UTC') AS hour) h JOIN usage_counter o
      ON o.tenant_id = ${tenantId} AND o.period_start <> ${start}::timestamptz AND o.period_end > h.hour
      AND o.period_start < coalesce((SELECT c.period_end FROM usage_counter c WHERE c.tenant_id = ${tenantId} AND c.period_start = ${start}::timestamptz), 'infinity')`;
  return mergeHours(rows);
}

/** When the period before the one that begins at `start` began. */
export async function findPeriodBefore(tx: Tx, tenantId: string, start: Date): Promise<Date> {
  const rows = await tx.$queryRaw<{ began: Date }[]>`
    SELECT b.period_start AS began FROM tenant t CROSS JOIN LATERAL period_bounds(t.period_anchor_at, ${start}::timestamptz - interval '1 millisecond') b WHERE t.id = ${tenantId}`;
  return rows[0]?.began ?? start;
}

/** How runs and usage of these tenants stand now: a mark for each, which another replaces when they move. */
export async function readRevisions(tenantIds: string[]): Promise<Map<string, string>> {
  const rows = await callFunction<{ tenant_id: string; revision: string }>("usage_revisions", "SELECT * FROM usage_revisions($1::text[])", [tenantIds]);
  return new Map(rows.map((row) => [row.tenant_id, row.revision]));
}

/** Brings the rollups up to date with the ledger; returns how many rows were added. */
export async function projectUsage(): Promise<number> {
  const rows = await callFunction<{ added: number }>("project_usage", "SELECT project_usage() AS added", []);
  return rows[0]?.added ?? 0;
}
