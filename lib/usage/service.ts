import { AppError } from "@/lib/core/errors";
import { DAY_MS } from "@/lib/core/time";
import { withTenant } from "@/lib/platform/db";
import { addUp, nothing } from "@/lib/usage/quantities";
import { wholeHours } from "@/lib/usage/range";
import { findMixedHours, projectUsage, sumUsage, type UsageAsk, type UsageSumRow } from "@/lib/usage/repo";
import { CORRECTION, METERS, MOST_HOURLY_DAYS, type Meter, type Quantities, type UsageDto, type UsageQuery, type UsageRow } from "@/lib/usage/schema";

/**
 * What a page asks: as the API does, and of some meters alone where it shows no others. `exact`: of the period alone, though it begins in the
 * middle of an hour, so that the sum is what the period's counter says.
 */
export type UsageQuestion = UsageQuery & { meters?: readonly Meter[]; exact?: boolean };

/**
 * Billed usage from the rollups, which follow the ledger by about a second. The one use case behind page, API and CSV.
 * @param period what `from` and `to` default to
 * @throws AppError `invalid_field` when the range is empty, or too long to be told by the hour
 */
export async function getUsage(tenantId: string, period: { start: Date }, query: UsageQuestion): Promise<UsageDto> {
  const [usage] = await getUsages(tenantId, period, [query]);
  if (!usage) throw new Error("every question has an answer");
  return usage;
}

/** Several questions at once, in one round trip. Answers come in their order. */
export async function getUsages(tenantId: string, period: { start: Date }, queries: readonly UsageQuestion[]): Promise<UsageDto[]> {
  const asks = queries.map((query) => toAsk(period, query));
  // Whoever names no beginning asks of the period, and of nothing before it.
  const exact = queries.map((query) => query.exact ?? query.from === undefined);
  const rows = await withTenant(tenantId, async (tx) => {
    if (!exact.includes(true)) return sumUsage(tx, tenantId, asks);
    const mixed = await findMixedHours(tx, tenantId, period.start);
    return sumUsage(tx, tenantId, asks.map((ask, index) => (exact[index] ? { ...ask, period: { start: period.start, mixed } } : ask)));
  });
  return asks.map((ask, index) => {
    const data = groupRows(rows.filter((row) => row.ask === index));
    // The answer says what was added up: of hours that a range only touches, all.
    const [whole, { group }] = [wholeHours(ask), ask];
    const [from, to] = [exact[index] ? ask.from : whole.from, queries[index]?.to === undefined ? ask.to : whole.to];
    return { object: "usage", from: from.toISOString(), to: to.toISOString(), group_by: group, data, total: addUp(data) };
  });
}

/** Brings the rollups up to date. Called about once a second by workers; several at once do no harm. */
export function projectLedger(): Promise<number> {
  return projectUsage();
}

function toAsk(period: { start: Date }, { from: givenFrom, to: givenTo, group_by: group, meters }: UsageQuestion): UsageAsk {
  const from = givenFrom ? new Date(givenFrom) : period.start;
  const to = givenTo ? new Date(givenTo) : new Date();
  if (from >= to) throw new AppError("invalid_field", "`to` has to be later than `from`.", { param: givenTo ? "to" : "from" });
  if (group === "hour" && to.getTime() - from.getTime() > MOST_HOURLY_DAYS * DAY_MS) {
    throw new AppError("invalid_field", `By the hour, a range is at most ${MOST_HOURLY_DAYS} days. Ask for it in parts, or by day.`, { param: givenFrom ? "from" : "to" });
  }
  return { from, to, group, meters };
}

function groupRows(rows: UsageSumRow[]): UsageRow[] {
  const groups = new Map<string, UsageRow>();
  for (const row of rows) {
    const group = groups.get(row.key) ?? { key: row.key, label: row.key === CORRECTION ? "Correction by Stint" : (row.label ?? row.key), ...nothing() };
    // The column's check constraint allows exactly the meters.
    group[row.meter as keyof Quantities] += Number(row.quantity);
    groups.set(row.key, group);
  }
  // Of no agent or key at all, and nothing used: there is no such group.
  return [...groups.values()].filter(({ key, ...row }) => key !== "" || METERS.some((meter) => row[meter] !== 0)).toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
