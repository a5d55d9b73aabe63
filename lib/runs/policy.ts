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
/** How many workers in a row a run may lose without getting further before it fails. */
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

/** How deep work may be handed on: a run, its child, its grandchild, and theirs. */
export const MAX_DEPTH = 3;
/** Runs under one first ancestor. */
export const MAX_DESCENDANTS = 200;
/** Tool calls of one turn of a model; more is taken for a model that has lost its way. */
export const MAX_CALLS_A_TURN = 64;
/** How many of them run at once. */
export const CALLS_AT_ONCE = 8;
/** How many earlier runs a conversation remembers. */
export const MAX_HISTORY_RUNS = 50;
/** How often a model is asked to mend an answer that does not fit the agent's output schema. */
export const MAX_REPAIRS = 2;

/** Of a worker's slots, those that only a tenant gets of which nothing is running: nobody's backlog takes them. */
export function reservedSlots(slots: number): number {
  return slots < 2 ? 0 : Math.max(1, Math.floor(slots / 8));
}

const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 30 * SECOND_MS;

/**
 * How long to wait before a model call is tried again, in milliseconds.
 * @param attempt from 0 @param retryAfterMs what the endpoint asked for; null: nothing @param random 0 up to 1
 */
export function backOffMs(attempt: number, retryAfterMs: number | null, random: number): number {
  const own = FIRST_BACK_OFF_MS * 2 ** attempt * (0.8 + 0.4 * random);
  return Math.min(LONGEST_BACK_OFF_MS, Math.round(Math.max(own, retryAfterMs ?? 0)));
}
