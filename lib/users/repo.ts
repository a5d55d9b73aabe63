import type { AccountEvent, Prisma, SignUp, User, UserIdentity, UserSession } from "@/prisma/generated/client";
import { callFunction, db, type Tx } from "@/lib/platform/db";

export type UserRow = User;
export type SignUpRow = SignUp;
export type EventRow = AccountEvent;
export type IdentityRow = UserIdentity;
type Hash = Uint8Array<ArrayBuffer>;

export function findUserByEmail(email: string, tx: Tx = db()): Promise<UserRow | null> {
  return tx.user.findUnique({ where: { email } });
}

export function findUserById(id: string): Promise<UserRow | null> {
  return db().user.findUnique({ where: { id } });
}

/** Adds a user whose address is confirmed; null when the address has an account already. */
export async function insertUserRow(tx: Tx, row: { id: string; email: string; name: string; passwordHash: string | null; isStaff?: boolean }): Promise<UserRow | null> {
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

export async function insertEventRow(tx: Tx, row: Prisma.AccountEventUncheckedCreateInput): Promise<void> {
  await tx.accountEvent.createMany({ data: [row] });
}

/** Newest first. */
export function listEventRows(userId: string, most: number): Promise<EventRow[]> {
  return db().accountEvent.findMany({ where: { userId }, orderBy: { id: "desc" }, take: most });
}

export async function insertSessionRow(tx: Tx, row: { id: string; userId: string; method: string; ip: string; userAgent: string; expiresAt: Date }): Promise<void> {
  await tx.userSession.createMany({ data: [row] });
}

/** The user of a session that stands, in one round trip, which also notes that it is in use. */
export async function findUserOfSession(session: { userId: string; sessionVersion: number; sessionId: string }, idleMs: number): Promise<UserRow | null> {
  const rows = await callFunction<UserRow>("user_of_session", USER_OF_SESSION, [session.userId, session.sessionVersion, session.sessionId, idleMs]);
  return rows[0] ?? null;
}

const USER_OF_SESSION = `
  WITH found AS (
    SELECT u.*, s.id AS session_id, s.last_seen_at FROM user_account u JOIN user_session s ON s.user_id = u.id
    WHERE u.id = $1 AND u.session_version = $2 AND s.id = $3
      AND s.revoked_at IS NULL AND s.expires_at > now() AND s.last_seen_at > now() - $4 * interval '1 millisecond'
  ), seen AS (
    UPDATE user_session s SET last_seen_at = now() FROM found f WHERE s.id = f.session_id AND f.last_seen_at < now() - interval '5 minutes'
  )
  SELECT id, email, name, password_hash AS "passwordHash", email_verified_at AS "emailVerifiedAt", is_staff AS "isStaff", session_version AS "sessionVersion",
         totp_secret AS "totpSecret", totp_enabled_at AS "totpEnabledAt", totp_last_step AS "totpLastStep", created_at AS "createdAt"
  FROM found`;

/** Sessions that stand and were used since `usedSince`, the one used last first. */
export function listSessionRows(userId: string, usedSince: Date): Promise<UserSession[]> {
  return db().userSession.findMany({ where: { userId, revokedAt: null, expiresAt: { gt: new Date() }, lastSeenAt: { gt: usedSince } }, orderBy: { lastSeenAt: "desc" }, take: 100 });
}

/** Ends a session; false when it had ended or is not the user's. */
export async function endSessionRow(tx: Tx, userId: string, id: string): Promise<boolean> {
  const { count } = await tx.userSession.updateMany({ where: { userId, id, revokedAt: null }, data: { revokedAt: new Date() } });
  return count === 1;
}

/** Ends every session of a user but `keep`. */
export async function endOtherSessionRows(tx: Tx, userId: string, keep: string | null): Promise<void> {
  await tx.userSession.updateMany({ where: { userId, revokedAt: null, ...(keep ? { id: { not: keep } } : {}) }, data: { revokedAt: new Date() } });
}

export async function raiseSessionVersion(tx: Tx, userId: string): Promise<void> {
  await tx.user.update({ where: { id: userId }, data: { sessionVersion: { increment: 1 } } });
}

export async function deleteEndedSessions(before: Date): Promise<number> {
  const { count } = await db().userSession.deleteMany({ where: { OR: [{ expiresAt: { lt: before } }, { revokedAt: { lt: before } }] } });
  return count;
}

export async function setPasswordRow(tx: Tx, userId: string, passwordHash: string): Promise<boolean> {
  const { count } = await tx.user.updateMany({ where: { id: userId }, data: { passwordHash } });
  return count === 1;
}

export async function setNameRow(tx: Tx, userId: string, name: string): Promise<void> {
  await tx.user.update({ where: { id: userId }, data: { name } });
}

/** The user that an account elsewhere belongs to. */
export async function findUserOfIdentity(tx: Tx, provider: string, accountId: string): Promise<UserRow | null> {
  const row = await tx.userIdentity.findUnique({ where: { provider_accountId: { provider, accountId } }, include: { user: true } });
  return row && row.user;
}

/** Links an account elsewhere; false when it is linked already, or the user has another one of this provider. */
export async function insertIdentityRow(tx: Tx, row: { provider: string; accountId: string; userId: string; email: string }): Promise<boolean> {
  const { count } = await tx.userIdentity.createMany({ data: [row], skipDuplicates: true });
  return count === 1;
}

export function listIdentityRows(userId: string): Promise<IdentityRow[]> {
  return db().userIdentity.findMany({ where: { userId }, orderBy: { provider: "asc" } });
}

/** Removes a link; false when there is none. */
export async function deleteIdentityRow(tx: Tx, userId: string, provider: string): Promise<boolean> {
  const { count } = await tx.userIdentity.deleteMany({ where: { userId, provider } });
  return count === 1;
}
