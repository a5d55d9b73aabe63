import { askRedis } from "@/lib/platform/redis";

/**
 * What the edge knows of a key: enough to apply the right limits, never enough to let anyone in. PostgreSQL decides.
 * Filled when a key is admitted, cleared when the key or its tenant changes, and gone by itself after a minute.
 */
export type DirectoryEntry = { keyId: string; tenantId: string; requestsPerMinute: number; keyRequestsPerMinute: number | null };

const TTL_S = 60;
/** For this long a process trusts what it read itself; it saves a round trip in a burst. */
const LOCAL_TTL_MS = 500;
const LOCAL_SIZE = 5_000;
const local = new Map<string, { entry: DirectoryEntry; until: number }>();
const asking = new Map<string, Promise<DirectoryEntry | null>>();

/** The entry of a key by the hash of its secret, or null when the directory does not know it. @throws when Redis fails */
export async function readDirectory(hash: string): Promise<DirectoryEntry | null> {
  const known = local.get(hash);
  if (known && known.until > Date.now()) return known.entry;
  // A burst of requests with one key asks once.
  let asked = asking.get(hash);
  if (!asked) {
    asked = askDirectory(hash).finally(() => asking.delete(hash));
    asking.set(hash, asked);
  }
  return asked;
}

async function askDirectory(hash: string): Promise<DirectoryEntry | null> {
  const entry = await askRedis((redis) => redis.get<DirectoryEntry>(`key:${hash}`));
  if (local.size >= LOCAL_SIZE) local.clear();
  // A miss is not remembered: the very next request may have filled it.
  if (entry) local.set(hash, { entry, until: Date.now() + LOCAL_TTL_MS });
  return entry;
}

/** Remembers a key that PostgreSQL has just admitted. @throws when Redis fails */
export async function fillDirectory(hash: string, entry: DirectoryEntry): Promise<void> {
  await askRedis((redis) => redis.set(`key:${hash}`, entry, { ex: TTL_S }));
}

/** Forgets keys that changed. @throws when Redis fails */
export async function clearDirectory(hashes: string[]): Promise<void> {
  for (const hash of hashes) local.delete(hash);
  if (hashes.length > 0) await askRedis((redis) => redis.del(...hashes.map((hash) => `key:${hash}`)));
}
