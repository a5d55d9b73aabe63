import type { MemoryReply } from "./command";
import type { Keyspace } from "./keyspace";

/** What a script does, without Lua: the same answer, and the same keys afterwards. */
export type NativeScript = (keys: Keyspace, names: readonly string[], args: readonly string[]) => MemoryReply;

/** The SHA of the application's script that takes from token buckets. */
export const TAKE_TOKENS_SHA = "d2d7e944e9d26b1b866019e30259ac63f2f23cc3";

/**
 * Scripts that this engine knows by heart. The interpreter takes a tenth of a millisecond for one request's limits, this a
 * few microseconds. The application's tests run the script both ways, and on a real Redis, to the same end. A script whose
 * text has changed has another SHA, and is interpreted.
 */
export const NATIVE_SCRIPTS: ReadonlyMap<string, NativeScript> = new Map([[TAKE_TOKENS_SHA, takeTokens]]);

/** How much longer than until it is full a bucket is kept, as in the script. */
const KEPT_LONGER_MS = 1_000;

/** `used`: token-milliseconds that were missing from the bucket before; `turnedBack`: the clock did since it was written. */
type Bucket = { key: string; quota: number; windowMs: number; used: number; turnedBack: boolean };

function takeTokens(keys: Keyspace, names: readonly string[], args: readonly string[]): MemoryReply {
  const now = Date.now();
  const answer: number[] = [];
  for (let name = 0, arg = 0; arg < args.length; ) {
    const [asked, limits] = [Number(args[arg]), Number(args[arg + 1])];
    const buckets: Bucket[] = [];
    for (let i = 0; i < limits; i++) buckets.push(readBucket(keys, names[name + i] ?? "", Number(args[arg + 2 + 2 * i]), Number(args[arg + 3 + 2 * i]), now));
    const granted = buckets.reduce((least, { quota, windowMs, used }) => Math.min(least, Math.floor((quota * windowMs - used) / windowMs)), asked);
    answer.push(granted, ...buckets.map(({ used }) => used));
    if (granted > 0 || buckets.some(({ turnedBack }) => turnedBack)) for (const bucket of buckets) writeBucket(keys, bucket, granted, now);
    name += limits;
    arg += 2 + 2 * limits;
  }
  return answer;
}

function readBucket(keys: Keyspace, key: string, quota: number, windowMs: number, now: number): Bucket {
  const [, used, at] = /^(\d+) (\d+)$/.exec(keys.read(key, "string") ?? "") ?? [];
  if (used === undefined) return { key, quota, windowMs, used: 0, turnedBack: false };
  const elapsed = Math.min(windowMs, Math.max(0, now - Number(at)));
  return { key, quota, windowMs, used: Math.max(0, Math.min(Number(used), quota * windowMs) - elapsed * quota), turnedBack: Number(at) > now };
}

function writeBucket(keys: Keyspace, { key, quota, windowMs, used }: Bucket, granted: number, now: number): void {
  const after = used + granted * windowMs;
  if (after <= 0) return;
  const stored = `${after} ${now}`;
  keys.reserve(key.length + stored.length);
  keys.writeString(key, stored, now + Math.ceil(after / quota) + KEPT_LONGER_MS);
}
