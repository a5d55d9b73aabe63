/** When a page that shows work under way asks how things stand, and when it has itself drawn anew. Pure; times in milliseconds. */
export type Pulse = {
  /** Runs execute or wait. */
  active: boolean;
  /** Answers since the last run ended. */
  sinceEnd: number;
  /** What the last answer took. */
  tookMs: number;
};

/** 80 small requests a minute, of the 1,200 that a user has over all windows in view. */
const BEAT_MS = 750;
/** A server that answers slowly is asked less often: at most a third of the time goes into asking. */
const SHARE_OF_TIME = 2;
const SLOWEST_BEAT_MS = 10_000;
/** The rollups follow a run's end by about a second. */
const BEATS_AFTER_END = 2;
/** While nothing runs: often enough to notice that something has begun elsewhere, at four small requests a minute. */
const IDLE_MS = 15_000;
/** Drawing a page anew costs a dozen requests, of the page and of the links on it. */
const REDRAW_MS = 5_000;

/** Until the next question. */
export function nextBeatMs({ active, sinceEnd, tookMs }: Pulse): number {
  if (!active && sinceEnd > BEATS_AFTER_END) return IDLE_MS;
  return Math.min(SLOWEST_BEAT_MS, Math.max(BEAT_MS, tookMs * SHARE_OF_TIME));
}

/** Whether charts and lists are out of date by enough: at the end of all work until the rollups have followed, before it now and then. */
export function wantsRedraw({ active, sinceEnd }: Pulse, changed: boolean, sinceRedrawMs: number): boolean {
  if (!active) return sinceEnd <= BEATS_AFTER_END;
  return changed && sinceRedrawMs >= REDRAW_MS;
}
