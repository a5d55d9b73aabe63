type BreakerOptions = {
  /** Failures in a row that open it. */
  failures: number;
  /** How long it stays open before one question may try again. */
  openMs: number;
  /** Milliseconds of any clock that does not go back. */
  now?: () => number;
};

/** What a breaker throws without asking. */
export class BreakerOpen extends Error {}

/**
 * Spares everybody the wait for something that is away: after a few failures in a row every question fails at once. When
 * `openMs` have passed one question is let through, and while it waits no other; its answer decides how it goes on.
 */
export function createBreaker({ failures, openMs, now = () => performance.now() }: BreakerOptions): <T>(ask: () => Promise<T>) => Promise<T> {
  let failed = 0;
  let openUntil = 0;
  let probing = false;

  return async (ask) => {
    const probe = failed >= failures;
    if (probe && (probing || now() < openUntil)) throw new BreakerOpen("It is away; the breaker is open.");
    if (probe) probing = true;
    try {
      const answer = await ask();
      failed = 0;
      return answer;
    } catch (error) {
      failed += 1;
      if (failed >= failures) openUntil = now() + openMs;
      throw error;
    } finally {
      if (probe) probing = false;
    }
  };
}
