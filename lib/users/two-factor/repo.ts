import type { Tx } from "@/lib/platform/db";

type Hash = Uint8Array<ArrayBuffer>;

/** Stores the sealed secret of a set-up that is under way; false when a second factor is on already. */
export async function setTotpSecret(tx: Tx, userId: string, sealed: string): Promise<boolean> {
  const { count } = await tx.user.updateMany({ where: { id: userId, totpEnabledAt: null }, data: { totpSecret: sealed, totpLastStep: 0 } });
  return count === 1;
}

/** Turns the second factor on with the secret that was set up; false when it is on, or another secret was set meanwhile. */
export async function enableTotp(tx: Tx, userId: string, sealed: string, step: number): Promise<boolean> {
  const { count } = await tx.user.updateMany({ where: { id: userId, totpEnabledAt: null, totpSecret: sealed }, data: { totpEnabledAt: new Date(), totpLastStep: step } });
  return count === 1;
}

/** Turns the second factor off and forgets everything that belonged to it; false when it was off. */
export async function disableTotp(tx: Tx, userId: string): Promise<boolean> {
  const { count } = await tx.user.updateMany({ where: { id: userId, totpEnabledAt: { not: null } }, data: { totpEnabledAt: null, totpSecret: null, totpLastStep: 0 } });
  await tx.recoveryCode.deleteMany({ where: { userId } });
  return count === 1;
}

/** Takes a code's time step; false when it, or a later one, was taken before: no code works twice. */
export async function takeStep(tx: Tx, userId: string, step: number): Promise<boolean> {
  const { count } = await tx.user.updateMany({ where: { id: userId, totpEnabledAt: { not: null }, totpLastStep: { lt: step } }, data: { totpLastStep: step } });
  return count === 1;
}

/** Puts new recovery codes in the place of the old ones. */
export async function replaceRecoveryCodes(tx: Tx, userId: string, hashes: Hash[]): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.recoveryCode.createMany({ data: hashes.map((hash) => ({ userId, hash })) });
}

/** Uses a recovery code up; false when there is none such, or it was used. */
export async function takeRecoveryCode(tx: Tx, userId: string, hash: Hash): Promise<boolean> {
  const { count } = await tx.recoveryCode.updateMany({ where: { userId, hash, usedAt: null }, data: { usedAt: new Date() } });
  return count === 1;
}

export function countRecoveryCodes(tx: Tx, userId: string): Promise<number> {
  return tx.recoveryCode.count({ where: { userId, usedAt: null } });
}

/** The sealed secret of a user, and whether it is in force. */
export async function findTotp(tx: Tx, userId: string): Promise<{ sealed: string; enabled: boolean } | null> {
  const row = await tx.user.findUnique({ where: { id: userId }, select: { totpSecret: true, totpEnabledAt: true } });
  return row?.totpSecret ? { sealed: row.totpSecret, enabled: row.totpEnabledAt !== null } : null;
}
