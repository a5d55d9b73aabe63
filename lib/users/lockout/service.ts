import { createHash } from "node:crypto";
import { withoutTenant, type Tx } from "@/lib/platform/db";
import { FORGOTTEN_MS, KNOWN_MS, LOCK_RULES, lockMs, networkOf, type LockKind } from "@/lib/users/lockout/policy";
import { countAttempt, deleteOldGuards, forgetSubjects, listSignInAddresses, lockSubject, readLock } from "@/lib/users/lockout/repo";

/** `locked`: not even looked at; for how long. `counted`: go on; `locks` when a failure of this attempt locks for the first time. */
export type Attempt = { kind: "locked"; forMs: number } | { kind: "counted"; locks: boolean };

/**
 * Counts an attempt at a password before the password is looked at. Whether the address has an account makes no
 * difference to what is done or how long it takes.
 * @param userId whose account it is; null for an unknown address
 */
export function countPasswordAttempt(email: string, ip: string, userId: string | null): Promise<Attempt> {
  return withoutTenant(async (tx) => {
    const pair = await count(tx, "pair", pairOf(email, ip));
    if (pair.kind === "locked") return pair;
    const account = await count(tx, "account", `account\n${email}`);
    if (account.kind === "counted") return { kind: "counted", locks: pair.locks || account.locks };
    const known = await listSignInAddresses(tx, userId ?? "", new Date(Date.now() - KNOWN_MS));
    return known.some((address) => networkOf(address) === networkOf(ip)) ? pair : account;
  });
}

/** Counts an attempt at a second factor. */
export function countSecondFactorAttempt(userId: string): Promise<Attempt> {
  return withoutTenant((tx) => count(tx, "second_factor", secondFactorOf(userId)));
}

/** Forgets an account's failures, and those from this network: whoever it belongs to has just shown themselves. */
export async function forgetFailures(tx: Tx, email: string, ip: string): Promise<void> {
  await forgetSubjects(tx, [`account\n${email}`, pairOf(email, ip)].map(hashOf));
}

/** Forgets the failures at a second factor that was right now. */
export async function forgetSecondFactorFailures(tx: Tx, userId: string): Promise<void> {
  await forgetSubjects(tx, [hashOf(secondFactorOf(userId))]);
}

/** Deletes what was forgotten. Returns how many rows. */
export function purgeGuards(): Promise<number> {
  return deleteOldGuards(new Date(Date.now() - FORGOTTEN_MS));
}

async function count(tx: Tx, kind: LockKind, name: string): Promise<Attempt> {
  const subject = hashOf(name);
  const counted = await countAttempt(tx, subject, FORGOTTEN_MS);
  if (!counted) return { kind: "locked", forMs: await readLock(tx, subject) };
  const rule = LOCK_RULES[kind];
  const forMs = lockMs(rule, counted.failures);
  // An attempt that turns out right takes this back with everything else.
  if (forMs > 0) await lockSubject(tx, subject, forMs);
  return { kind: "counted", locks: counted.failures === rule.free };
}

const pairOf = (email: string, ip: string): string => `pair\n${email}\n${networkOf(ip)}`;
const secondFactorOf = (userId: string): string => `second factor\n${userId}`;

function hashOf(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(name).digest());
}
