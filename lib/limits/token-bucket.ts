/**
 * The rule of every rate limit, in whole numbers so that nothing is rounded away: a bucket of `quota` tokens that refills
 * evenly, `quota` in a window. What is kept is what was taken and has not come back yet, in token-milliseconds (tokens ×
 * windowMs): a millisecond brings back `quota` of those. It does not depend on the quota, so that a changed limit applies
 * to what was used before. lib/limits/take-script.ts is the same rule in Lua.
 */
export type Bucket = { quota: number; windowMs: number };
export type Level = { used: number; at: number };

/** What is still missing from the bucket at `now`. A clock that went back brings nothing and costs nothing. */
export function usedAt({ quota, windowMs }: Bucket, level: Level | undefined, now: number): number {
  if (!level) return 0;
  const elapsed = Math.min(windowMs, Math.max(0, now - level.at));
  return Math.max(0, Math.min(level.used, quota * windowMs) - elapsed * quota);
}

/** Whole tokens that are left. */
export function tokensLeft({ quota, windowMs }: Bucket, used: number): number {
  return Math.floor((quota * windowMs - used) / windowMs);
}

/** Milliseconds until one token is there; 0 when one is. A bucket that holds none never has one: a window is as good an answer as any. */
export function msUntilToken({ quota, windowMs }: Bucket, used: number): number {
  return quota === 0 ? windowMs : Math.max(0, Math.ceil((used - (quota - 1) * windowMs) / quota));
}

/** Milliseconds until the bucket is full. */
export function msUntilFull({ quota, windowMs }: Bucket, used: number): number {
  return quota === 0 ? windowMs : Math.ceil(used / quota);
}
