import { createHash, randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { SECOND_MS } from "@/lib/core/time";

/** What authenticator apps take for granted (RFC 6238): SHA-1, six digits, half a minute. */
const PERIOD_S = 30;
const CODES = 10;
/** The letters and digits of our ids: none that is easily taken for another. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new secret for an authenticator app, in base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** The address that an authenticator app reads from a QR code. */
export function totpUri(secret: string, email: string): string {
  return totp(secret, email).toString();
}

/**
 * The time step that a code belongs to, or null when it is wrong. The step before and the one after count: clocks differ,
 * and people need a moment to type. Which step it was lets the caller refuse a code that was used already.
 */
export function stepOfCode(secret: string, code: string, now: Date = new Date()): number | null {
  const digits = code.replaceAll(/\s/g, "");
  if (!/^\d{6}$/.test(digits)) return null;
  const delta = totp(secret, "").validate({ token: digits, timestamp: now.getTime(), window: 1 });
  return delta === null ? null : Math.floor(now.getTime() / SECOND_MS / PERIOD_S) + delta;
}

/** Ten new recovery codes of 80 random bits each, in groups that can be read out. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, () => {
    const letters = [...randomBytes(16)].map((byte) => ALPHABET[byte % 32]);
    return (letters.join("").match(/.{4}/g) ?? []).join("-");
  });
}

/** SHA-256 of a recovery code, however it was typed. */
export function hashRecoveryCode(code: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(code.toLowerCase().replaceAll(/[^a-z0-9]/g, "")).digest());
}

function totp(secret: string, email: string): TOTP {
  return new TOTP({ issuer: "Stint", label: email, algorithm: "SHA1", digits: 6, period: PERIOD_S, secret: Secret.fromBase32(secret) });
}
