/** The platform's own cap on what all tenants' model calls of a day may cost. Today is the day in UTC. */
import { AppError } from "@/lib/core/errors";
import { MICROS_PER_DOLLAR } from "@/lib/core/money";
import { DAY_MS, SECOND_MS } from "@/lib/core/time";
import type { Tx } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { reportError } from "@/lib/platform/report-error";
import { isBreakerTripped, tripBreaker } from "@/lib/limits/repo";

/** Staff may lift it at any time, so nobody is told to wait until midnight. */
const LONGEST_WAIT_S = 300;

/** Trips the breaker once the day's model spend has reached the operator's limit. Called about each second by workers. True: it tripped now. */
export async function watchBreaker(limitUsd: number | undefined = env().PLATFORM_DAILY_MODEL_SPEND_USD): Promise<boolean> {
  if (limitUsd === undefined || !(await tripBreaker(Math.round(limitUsd * MICROS_PER_DOLLAR)))) return false;
  log().warn({ limit_usd: limitUsd }, "the platform's daily model spend is reached: no new run begins today unless staff lift it");
  reportError(new Error(`The platform's daily model spend of $${limitUsd} is reached.`), { job: "watch breaker" });
  return true;
}

/** @throws AppError `unavailable` while today's breaker has tripped and nobody has lifted it */
export async function requireBreakerClosed(tx: Tx): Promise<void> {
  if (!(await isBreakerTripped(tx))) return;
  const toMidnightS = Math.ceil((DAY_MS - (Date.now() % DAY_MS)) / SECOND_MS);
  throw new AppError("unavailable", "The platform has reached its own limit for model spend today. No new run begins until midnight UTC or until its operator lifts the limit; running runs go on.", {
    retryAfterS: Math.min(LONGEST_WAIT_S, toMidnightS),
  });
}
