/**
 * What happens to a number of equally busy runs at a cap. The figure on the landing page draws what this computes.
 * All values in milliseconds; `used` and `leased` are agent-milliseconds summed over the runs.
 */
export type CapPoint = { atMs: number; used: number; leased: number };

export type CapOutcome = {
  /** From the start until nothing is left, drawn up to `horizonMs`. */
  points: CapPoint[];
  /** When the last run stopped; null while the horizon ends first. */
  stoppedAtMs: number | null;
  /** Used at the end; never above the cap. */
  usedMs: number;
};

export type CapSetup = {
  capMs: number;
  /** Runs at once. */
  load: number;
  /** What one run leases at a time. */
  sliceMs: number;
  /** Less than this is not worth leasing: the run stops instead. */
  leastMs: number;
  horizonMs: number;
};

/**
 * Leases as the platform does: each run asks for a slice when its last one is worked off, one after another, and gets what is
 * free, at most a slice, or nothing.
 */
export function simulateLeases({ capMs, load, sliceMs, leastMs, horizonMs }: CapSetup): CapOutcome {
  const points: CapPoint[] = [];
  let used = 0;
  for (let atMs = 0; atMs <= horizonMs; atMs += sliceMs) {
    const grants: number[] = [];
    let leased = 0;
    for (let run = 0; run < load; run += 1) {
      const free = capMs - used - leased;
      if (free < leastMs) break;
      const grant = Math.min(sliceMs, free);
      grants.push(grant);
      leased += grant;
    }
    points.push({ atMs, used, leased: used + leased });
    if (leased === 0) return { points, stoppedAtMs: atMs, usedMs: used };
    const longest = Math.max(...grants);
    used += leased;
    if (longest < sliceMs || grants.length < load) {
      points.push({ atMs: atMs + longest, used, leased: used });
      return { points, stoppedAtMs: atMs + longest, usedMs: used };
    }
  }
  return { points, stoppedAtMs: null, usedMs: used };
}

/**
 * How far the same load passes the same cap when somebody looks at a counter every `everyMs` and stops the runs then:
 * everything worked since the last look, at worst all of the interval.
 */
export function worstOvershoot(load: number, everyMs: number): number {
  return load * everyMs;
}
