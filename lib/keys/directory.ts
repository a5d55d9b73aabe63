import { createBatcher } from "@/lib/core/batch";
import { LruMap } from "@/lib/core/lru-map";
import { askRedis } from "@/lib/platform/redis";
import { processSingleton } from "@/lib/platform/process-singleton";

/**
 * What the edge knows of a key: enough to apply the right limits, never enough to let anyone in. PostgreSQL decides.
 * Filled when a key is admitted, cleared when the key or its tenant changes, and gone by itself after a minute. `at`: when
 * it was filled, in epoch milliseconds.
 */
export type DirectoryEntry = KeyLimits & { keyId: string; tenantId: string; at: number };
export type KeyLimits = { requestsPerMinute: number; keyRequestsPerMinute: number | null };

const TTL_S = 60;
/** From this age on a request asks for a new entry, so that a busy key's never runs out between two of them. */
const RENEW_MS = 30_000;
/** A process takes its own word that long; it saves a round trip in a burst. */
const LOCAL_TTL_MS = 500;
/** Shorter for a key that is not there: the next request may have filled it. */
const MISS_TTL_MS = 100;
/** Requests in flight together all ask for the same entry; one of them writes it. */
const REFILL_MS = 1_000;
const LOCAL_SIZE = 5_000;
const MISSES_SIZE = 1_000;
const MOST_IN_ONE = 256;

/** The part of Redis that the directory needs. */
type DirectoryRedis = {
  mget: (...keys: string[]) => Promise<(DirectoryEntry | null)[]>;
  set: (key: string, entry: DirectoryEntry, options: { ex: number }) => Promise<unknown>;
  del: (...keys: string[]) => Promise<number>;
};
type Ask = <T>(ask: (redis: DirectoryRedis) => Promise<T>) => Promise<T>;
export type Directory = ReturnType<typeof createDirectory>;

/** Makes a directory over one Redis. The application has one a process; tests have several. */
export function createDirectory(ask: Ask) {
  const local = new LruMap<string, { entry: DirectoryEntry; until: number }>(LOCAL_SIZE);
  const misses = new LruMap<string, number>(MISSES_SIZE);
  const asking = new Map<string, Promise<DirectoryEntry | null>>();
  const askTogether = createBatcher<string, DirectoryEntry | null>((hashes) => ask((redis) => redis.mget(...hashes.map(keyOf))), MOST_IN_ONE);

  const remember = (hash: string, entry: DirectoryEntry | null): void => {
    if (!entry) {
      local.delete(hash);
      misses.set(hash, Date.now() + MISS_TTL_MS);
      return;
    }
    misses.delete(hash);
    local.set(hash, { entry, until: Date.now() + LOCAL_TTL_MS });
  };

  const look = (hash: string): Promise<DirectoryEntry | null> => {
    const begun: Promise<DirectoryEntry | null> = askTogether(hash).then(
      (entry) => {
        // Cleared meanwhile: what was read may be what was before.
        if (asking.get(hash) === begun) remember(hash, entry);
        return entry;
      },
      (error: unknown) => {
        // Old limits are better than none while Redis is away; they were the key's.
        const known = local.get(hash);
        if (known) return known.entry;
        throw error;
      },
    ).finally(() => {
      if (asking.get(hash) === begun) asking.delete(hash);
    });
    asking.set(hash, begun);
    return begun;
  };

  return {
    /** The entry of a key by the hash of its secret, or null when the directory does not know it. @throws when Redis fails */
    async read(hash: string): Promise<DirectoryEntry | null> {
      const known = local.get(hash);
      const now = Date.now();
      if (known && known.until > now) return known.entry;
      if ((misses.get(hash) ?? 0) > now) return null;
      // A burst of requests with one key asks once.
      return asking.get(hash) ?? look(hash);
    },

    /** Remembers a key that PostgreSQL has just admitted. @throws when Redis fails */
    async fill(hash: string, given: Omit<DirectoryEntry, "at">): Promise<void> {
      const at = Date.now();
      const known = local.get(hash)?.entry;
      if (known && at - known.at < REFILL_MS && tellLimits(known) === tellLimits(given)) return;
      const entry = { ...given, at };
      // What is being read now may be what was before.
      asking.delete(hash);
      remember(hash, entry);
      await ask((redis) => redis.set(keyOf(hash), entry, { ex: TTL_S }));
    },

    /** Forgets keys that changed. @throws when Redis fails */
    async clear(hashes: readonly string[]): Promise<void> {
      for (const hash of hashes) {
        asking.delete(hash);
        local.delete(hash);
      }
      if (hashes.length > 0) await ask((redis) => redis.del(...hashes.map(keyOf)));
    },
  };
}

/** This process's directory: Next bundles its doors separately, and what one of them learns the others should know. */
export function keyDirectory(): Directory {
  return processSingleton("key-directory", () => createDirectory(askRedis));
}

/** How the gate tells the handler which limits it applied to a key; empty when it knew none, or none that are fresh. */
export function tellEntry(entry: DirectoryEntry | null): string {
  return entry && Date.now() - entry.at < RENEW_MS ? tellLimits(entry) : "";
}

/** The same for limits that PostgreSQL told; when the two differ the directory is behind. */
export function tellLimits({ requestsPerMinute, keyRequestsPerMinute }: KeyLimits): string {
  return `${requestsPerMinute}/${keyRequestsPerMinute ?? ""}`;
}

function keyOf(hash: string): string {
  return `key:${hash}`;
}
