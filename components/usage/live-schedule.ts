/** How a page that shows work under way is kept up to date. */
export type LiveState = {
  /** Runs execute or wait. */
  active: boolean;
  /** Refreshes since the last run ended. */
  sinceEnd: number;
  /** What the last refresh took, in milliseconds. */
  tookMs: number;
};

const BEAT_MS = 1_000;
/** A server that answers slowly is asked less often: at most a fifth of the time goes into asking. */
const SHARE_OF_TIME = 4;
const SLOWEST_BEAT_MS = 10_000;
/** The rollups follow a run's end by about a second. */
const AFTER_END = 3;
/** While nothing runs: often enough to notice that something has begun elsewhere, at a cost of four requests a minute. */
const IDLE_MS = 15_000;

/** Milliseconds until the next refresh. */
export function nextRefreshMs({ active, sinceEnd, tookMs }: LiveState): number {
  if (!active && sinceEnd >= AFTER_END) return IDLE_MS;
  return Math.min(SLOWEST_BEAT_MS, Math.max(BEAT_MS, tookMs * SHARE_OF_TIME));
}
