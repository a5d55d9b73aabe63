/** Prefixes of public ids. An id says what it names, and ids of one kind sort by creation time. */
export type IdPrefix = "ten" | "usr" | "key" | "agt" | "tol" | "mdk" | "run" | "sch" | "evt" | "whk" | "dlv" | "inv" | "aud" | "wrk" | "req" | "ses" | "lnk" | "acc" | "alr" | "rec" | "dif" | "bml" | "mtr" | "crd";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** The millisecond of the last id, and its number within it. */
const last = { time: -1, count: 0 };
/** What the twelve bits behind the time can count to. */
const MOST_COUNT = 0xfff;

/**
 * A new id: the prefix and a UUIDv7 in 26 lower-case Crockford base32 characters. Ids that one process makes in the same
 * millisecond sort in their order, too: a run that was asked for first is executed first.
 */
export function newId<P extends IdPrefix>(prefix: P, now: number = Date.now()): `${P}_${string}` {
  const bytes = takeRandom(16);
  let time = now;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  // Beginning in the lower half leaves room for the rest of the millisecond.
  last.count = now === last.time ? Math.min(MOST_COUNT, last.count + 1) : (((bytes[6] ?? 0) & 0x07) << 8) | (bytes[7] ?? 0);
  last.time = now;
  bytes[6] = 0x70 | (last.count >> 8);
  bytes[7] = last.count & 0xff;
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return `${prefix}_${encodeBase32(bytes)}`;
}

/** Random bytes are fetched many at a time: asking for them costs far more than they do. */
const stock = { bytes: new Uint8Array(4_096), next: 4_096 };

function takeRandom(count: number): Uint8Array {
  if (stock.next + count > stock.bytes.length) {
    crypto.getRandomValues(stock.bytes);
    stock.next = 0;
  }
  stock.next += count;
  return stock.bytes.slice(stock.next - count, stock.next);
}

/** True for a well-formed id with this prefix. Anything else cannot exist, so no database has to be asked. */
export function isId(prefix: IdPrefix, value: string): boolean {
  return value.startsWith(`${prefix}_`) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(value.slice(prefix.length + 1));
}

/** 128 bits in 26 characters of five bits, the first of which holds three. */
function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 2;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET.charAt((held >>> (bits - 5)) & 31);
    held &= 31;
  }
  return text;
}
