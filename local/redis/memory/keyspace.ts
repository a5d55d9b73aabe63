import { CommandError } from "../engine";

/** What each kind of value is made of. Strings are byte strings: one character for each byte. */
interface DataByKind {
  string: string;
  hash: Map<string, string>;
  set: Set<string>;
  zset: Map<string, number>;
}
export type Kind = keyof DataByKind;
type Value = { [K in Kind]: { kind: K; data: DataByKind[K] } }[Kind];

interface Entry {
  value: Value;
  /** Epoch milliseconds, or null to stay. */
  expiresAt: number | null;
}

/** What an entry costs beside its bytes, roughly. */
const ENTRY_OVERHEAD = 100;
const WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";

/**
 * The keys of the memory engine. Expired keys go when they are touched or swept; past the memory limit keys with an
 * expiry go first, oldest first, and when that is not enough writes are refused, as Redis does under `volatile-*`.
 */
export class Keyspace {
  private readonly entries = new Map<string, Entry>();
  private usedBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** The value's data, or null where there is no such key; throws WRONGTYPE when it is of another kind. */
  read<K extends Kind>(key: string, kind: K): DataByKind[K] | null {
    const value = this.find(key)?.value;
    if (!value) return null;
    if (value.kind !== kind) throw new CommandError(WRONG_TYPE);
    // `kind` was just compared; the compiler cannot tie the two type parameters together.
    return value.data as DataByKind[K];
  }

  /** As `read`, with an empty collection put there when the key is missing. */
  open<K extends "hash" | "set" | "zset">(key: string, kind: K): DataByKind[K] {
    const found = this.read(key, kind);
    if (found) return found;
    const value: Value = kind === "hash" ? { kind: "hash", data: new Map() } : kind === "set" ? { kind: "set", data: new Set() } : { kind: "zset", data: new Map() };
    this.entries.set(key, { value, expiresAt: null });
    // Made for `kind` on the line above.
    return value.data as DataByKind[K];
  }

  /** Puts a string there, whatever was there before. */
  writeString(key: string, data: string, expiresAt: number | null): void {
    // Deleted first, so that the map's order is the order of writing.
    this.entries.delete(key);
    this.entries.set(key, { value: { kind: "string", data }, expiresAt });
  }

  kindOf(key: string): Kind | null {
    return this.find(key)?.value.kind ?? null;
  }

  delete(key: string): boolean {
    return this.find(key) !== null && this.entries.delete(key);
  }

  /** Removes a collection that has become empty, as Redis does. */
  deleteIfEmpty(key: string): void {
    const value = this.entries.get(key)?.value;
    if (value && value.kind !== "string" && value.data.size === 0) this.entries.delete(key);
  }

  /** Epoch milliseconds; null when the key stays; undefined when there is none. */
  expiryOf(key: string): number | null | undefined {
    return this.find(key)?.expiresAt;
  }

  /** Sets or clears the expiry; a time that has passed deletes. False when there is no such key. */
  expireAt(key: string, at: number | null): boolean {
    const entry = this.find(key);
    if (!entry) return false;
    if (at !== null && at <= Date.now()) this.entries.delete(key);
    else entry.expiresAt = at;
    return true;
  }

  *keys(): Generator<string> {
    const now = Date.now();
    for (const [key, entry] of this.entries) if (entry.expiresAt === null || entry.expiresAt > now) yield key;
  }

  clear(): void {
    this.entries.clear();
    this.usedBytes = 0;
  }

  /** Deletes what has expired. */
  sweep(): void {
    const now = Date.now();
    for (const [key, entry] of this.entries) if (entry.expiresAt !== null && entry.expiresAt <= now) this.entries.delete(key);
  }

  /** Makes sure that `bytes` more may be written; throws OOM when they may not. */
  reserve(bytes: number): void {
    this.usedBytes += bytes + ENTRY_OVERHEAD;
    if (this.usedBytes <= this.maxBytes) return;
    // The running figure only ever grows; now it is worth counting.
    this.sweep();
    this.usedBytes = bytes;
    for (const [key, entry] of this.entries) this.usedBytes += sizeOf(key, entry);
    const target = this.maxBytes * 0.9;
    for (const [key, entry] of this.entries) {
      if (this.usedBytes <= target) return;
      if (entry.expiresAt === null) continue;
      this.usedBytes -= sizeOf(key, entry);
      this.entries.delete(key);
    }
    if (this.usedBytes > this.maxBytes) throw new CommandError("OOM command not allowed when used memory > 'maxmemory'.");
  }

  private find(key: string): Entry | null {
    const entry = this.entries.get(key);
    if (!entry) return null;
    if (entry.expiresAt === null || entry.expiresAt > Date.now()) return entry;
    this.entries.delete(key);
    return null;
  }
}

function sizeOf(key: string, { value }: Entry): number {
  let bytes = key.length + ENTRY_OVERHEAD;
  if (value.kind === "string") return bytes + value.data.length;
  if (value.kind === "hash") for (const [field, data] of value.data) bytes += field.length + data.length + ENTRY_OVERHEAD;
  else for (const member of value.data.keys()) bytes += member.length + ENTRY_OVERHEAD;
  return bytes;
}
