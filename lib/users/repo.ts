import type { SignUp, User } from "@/prisma/generated/client";
import { db, type Tx } from "@/lib/platform/db";

export type UserRow = User;
export type SignUpRow = SignUp;
type Hash = Uint8Array<ArrayBuffer>;

export function findUserByEmail(email: string): Promise<UserRow | null> {
  return db().user.findUnique({ where: { email } });
}

export function findUserById(id: string): Promise<UserRow | null> {
  return db().user.findUnique({ where: { id } });
}

/** Adds a user whose address is confirmed; null when the address has an account already. */
export async function insertUserRow(tx: Tx, row: { id: string; email: string; name: string; passwordHash: string; isStaff?: boolean }): Promise<UserRow | null> {
  const rows = await tx.user.createManyAndReturn({ data: [{ ...row, emailVerifiedAt: new Date() }], skipDuplicates: true });
  return rows[0] ?? null;
}

export async function insertSignUpRow(tx: Tx, row: { id: string; email: string; name: string; passwordHash: string; expiresAt: Date }): Promise<void> {
  await tx.signUp.create({ data: row });
}

export function findSignUpRow(id: string): Promise<SignUpRow | null> {
  return db().signUp.findUnique({ where: { id } });
}

/** Stores the hash of a freshly mailed token; the one of an earlier delivery stops working. */
export async function setSignUpToken(id: string, tokenHash: Hash): Promise<void> {
  await db().signUp.update({ where: { id }, data: { tokenHash } });
}

/** The open sign-up with this token, or null when it is unknown, used or expired. */
export function findOpenSignUp(tokenHash: Hash, now: Date): Promise<SignUpRow | null> {
  return db().signUp.findFirst({ where: { tokenHash, confirmedAt: null, expiresAt: { gt: now } } });
}

/** Uses up a sign-up; false when somebody else was faster or it has expired. */
export async function confirmSignUpRow(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { count } = await tx.signUp.updateMany({ where: { id, confirmedAt: null, expiresAt: { gt: now } }, data: { confirmedAt: now } });
  return count === 1;
}

/** Removes sign-ups that ended before `before`, used or not; with them goes what they stored about the person. */
export async function deleteEndedSignUps(before: Date): Promise<number> {
  const { count } = await db().signUp.deleteMany({ where: { expiresAt: { lt: before } } });
  return count;
}
