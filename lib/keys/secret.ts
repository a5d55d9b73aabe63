/**
 * The secret of an API key: `stint_`, 43 base62 characters of 32 random bytes, and 6 base62 characters of their CRC-32,
 * so that a scanner (and the edge) can tell a leaked key from a look-alike without asking anyone. Runs on the edge.
 */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
export const KEY_PREFIX = "stint_";

/** A new secret. It exists only in the answer to the caller; store `hashKeySecret` of it. */
export function newKeySecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  const body = toBase62(value, BODY_LENGTH);
  return `${KEY_PREFIX}${body}${checksum(body)}`;
}

/** True when the text has the form of a key and its checksum agrees. It may still be unknown or revoked. */
export function isKeySecret(text: string): boolean {
  if (!text.startsWith(KEY_PREFIX) || text.length !== KEY_PREFIX.length + BODY_LENGTH + CHECKSUM_LENGTH) return false;
  const rest = text.slice(KEY_PREFIX.length);
  if (!/^[0-9A-Za-z]+$/.test(rest)) return false;
  return checksum(rest.slice(0, BODY_LENGTH)) === rest.slice(BODY_LENGTH);
}

let digestAtOnce: ((text: string) => string) | undefined;

/** Lets a process of Node's hash with `digest` (SHA-256 in lower-case hex) in one call: Web Crypto takes a thread and two turns of the event loop. */
export function hashSecretsWith(digest: (text: string) => string): void {
  digestAtOnce = digest;
}

/** SHA-256 of the secret in lower-case hex: 256 random bits need no slow hash. */
export async function hashKeySecret(secret: string): Promise<string> {
  if (digestAtOnce) return digestAtOnce(secret);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What is kept of a secret so that its owner recognises it in a list. */
export function keyPrefix(secret: string): string {
  return secret.slice(0, KEY_PREFIX.length + 6);
}

function checksum(body: string): string {
  let value = crc32(body);
  let text = "";
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    text = ALPHABET.charAt(value % 62) + text;
    value = Math.floor(value / 62);
  }
  return text;
}

function toBase62(value: bigint, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    text = ALPHABET.charAt(Number(value % 62n)) + text;
    value /= 62n;
  }
  return text;
}

function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
