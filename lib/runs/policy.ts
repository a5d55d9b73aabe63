import { SECOND_MS } from "@/lib/core/time";
import type { ErrorCode } from "@/lib/core/errors";
import { pauseOf } from "@/lib/caps/policy";

/** A run leases its time in slices of this length. Shorter: less is locked up; longer: fewer statements. */
export const SLICE_MS = 5 * SECOND_MS;
/**
 * Less than this is not worth leasing: the run ends instead. The next lease is asked for half-way through, so half of
 * this is how long the database may take to answer.
 */
export const LEAST_SLICE_MS = 500;
/** A worker stops this long before its lease ends, so that it can still settle. */
export const LEASE_MARGIN_MS = 50;
/** How often a run may lose its worker before it fails. */
export const MOST_ATTEMPTS = 3;

type State = {
  tenant: { pausedAt: Date | null; pauseReason: string | null };
  usage: { ms: number; micros: number };
  caps: { ms: number; micros: number };
  period: { end: Date };
};

/** Why a run cannot be started now, or null. */
export function canStartRun(state: State): { code: ErrorCode; message: string } | null {
  if (state.tenant.pausedAt) {
    const { title, lifted } = pauseOf(state.tenant.pauseReason);
    return { code: "tenant_paused", message: `${title}: nothing new runs. ${lifted}` };
  }
  const ends = state.period.end.toISOString();
  if (state.caps.ms - state.usage.ms < LEAST_SLICE_MS) return { code: "quota_exceeded", message: `All agent-minutes of this period are used. The next period begins at ${ends}.` };
  return null;
}
