/** When a page that shows usage asks how things stand, and when it has itself drawn anew. Pure; times in milliseconds. */
export type Pulse = {
  /** Runs execute or wait. */
  active: boolean;
  /** Answers since the last run ended. */
  sinceEnd: number;
  /** Something was used that no run under way told of, and is not drawn yet. */
  moved: Moved | null;
  /** What the last answer took, where the server was not asked to hold it. */
  tookMs: number;
};
/** Answers since it moved last, and how long it has been moving. */
type Moved = { answers: number; ms: number };

/** 80 small requests a minute, of the 1,200 that a user has over all windows in view. */
const BEAT_MS = 750;
/** A server that answers slowly is asked less often: at most a third of the time goes into asking. */
const SHARE_OF_TIME = 2;
const SLOWEST_BEAT_MS = 10_000;
/** The rollups follow a run's end, or a call, by about a second. */
const BEATS_TO_SETTLE = 2;
/** While the server is away or refuses. */
const AWAY_MS = 15_000;
/** Drawing a page anew costs a dozen requests, of the page and of the links on it. */
const REDRAW_MS = 5_000;

/** Until the next question. */
export function nextBeatMs({ tookMs }: Pulse, wasAnswered: boolean): number {
  return wasAnswered ? Math.min(SLOWEST_BEAT_MS, Math.max(BEAT_MS, tookMs * SHARE_OF_TIME)) : AWAY_MS;
}

/** Whether there is nothing to ask for until something moves: the server may hold the question until then. */
export function mayHold({ active, sinceEnd, moved }: Pulse): boolean {
  return !active && sinceEnd > BEATS_TO_SETTLE && moved === null;
}

/** Whether the rollups have followed. */
export function isSettled({ answers }: Moved): boolean {
  return answers >= BEATS_TO_SETTLE;
}

/**
 * Whether charts and lists are out of date by enough: while runs come and go now and then, at the end of all work until the rollups
 * have followed, and after other use once they have, or now and then while it goes on.
 */
export function wantsRedraw({ active, sinceEnd, moved }: Pulse, changed: boolean, sinceRedrawMs: number): boolean {
  if (active) return changed && sinceRedrawMs >= REDRAW_MS;
  return sinceEnd <= BEATS_TO_SETTLE || (moved !== null && (isSettled(moved) || moved.ms >= REDRAW_MS));
}
