/** Prefixes of public ids. An id says what it names, and ids of one kind sort by creation time. */
export type IdPrefix = "ten" | "usr" | "key" | "agt" | "run" | "evt" | "whk" | "inv" | "aud" | "wrk" | "req" | "ses" | "lnk" | "acc" | "alr";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new id: the prefix and a UUIDv7 in 26 lower-case Crockford base32 characters. */
export function newId<P extends IdPrefix>(prefix: P, now: number = Date.now()): `${P}_${string}` {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = now;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return `${prefix}_${encodeBase32(bytes)}`;
}

/** True for a well-formed id with this prefix. Anything else cannot exist, so no database has to be asked. */
export function isId(prefix: IdPrefix, value: string): boolean {
  return value.startsWith(`${prefix}_`) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(value.slice(prefix.length + 1));
}

function encodeBase32(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}
