/** The platform as a whole: what a day's model calls cost, and the operator's cap on it. Days are UTC. */
import { AppError } from "@/lib/core/errors";
import { MICROS_PER_DOLLAR } from "@/lib/core/money";
import { DAY_MS, utcDay, utcDaysBetween } from "@/lib/core/time";
import { env } from "@/lib/platform/env";
import { findUserName, liftBreakerRow, listPlatformDays } from "@/lib/admin/repo";

const DAYS = 30;

export type PlatformSpend = {
  todayMicros: number;
  /** The operator's cap on a day; null: there is none. */
  limitMicros: number | null;
  trippedAt: string | null;
  liftedAt: string | null;
  liftedBy: string | null;
  /** The last 30 days, today last; `YYYY-MM-DD` and micro-dollars. */
  days: { date: string; value: number }[];
};

/** What the platform's model calls cost of late, and whether today's breaker has tripped. The caller has checked that it is staff who asks. */
export async function getPlatformSpend(now = new Date()): Promise<PlatformSpend> {
  const from = new Date(now.getTime() - (DAYS - 1) * DAY_MS);
  const rows = new Map((await listPlatformDays(new Date(`${utcDay(from)}T00:00:00Z`))).map((row) => [utcDay(row.day), row]));
  const today = rows.get(utcDay(now));
  const limit = env().PLATFORM_DAILY_MODEL_SPEND_USD;
  return {
    todayMicros: Number(today?.micros ?? 0),
    limitMicros: limit === undefined ? null : Math.round(limit * MICROS_PER_DOLLAR),
    trippedAt: today?.trippedAt?.toISOString() ?? null,
    liftedAt: today?.liftedAt?.toISOString() ?? null,
    liftedBy: today?.liftedBy ? await findUserName(today.liftedBy) : null,
    days: utcDaysBetween(from, now).map((date) => ({ date, value: Number(rows.get(date)?.micros ?? 0) })),
  };
}

/**
 * Lets runs begin again today although the cap on the day's model spend is reached. It does not trip again before midnight UTC.
 * @throws AppError `conflict` when nothing keeps them from it
 */
export async function liftBreaker(staffId: string): Promise<void> {
  if (!(await liftBreakerRow(staffId))) throw new AppError("conflict", "Nothing keeps runs from beginning today. Nothing was changed.");
}
