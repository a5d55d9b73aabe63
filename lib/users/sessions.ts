import { newId } from "@/lib/core/ids";
import { DAY_MS } from "@/lib/core/time";
import { withoutTenant, type Tx } from "@/lib/platform/db";
import type { SignInMethod } from "@/lib/users/sign-in-methods";
import { recordAccountEvent, type Origin } from "@/lib/users/events";
import { toIdentity, type UserIdentity } from "@/lib/users/present";
import {
  deleteEndedSessions, endOtherSessionRows, endSessionRow, findUserOfSession, insertSessionRow, listSessionRows, raiseSessionVersion,
} from "@/lib/users/repo";

/** A signed-in browser, as its cookie names it. */
export type SessionRef = { userId: string; sessionVersion: number; sessionId: string };
export type { SignInMethod };

/** How long a session lasts from signing in, however it is used. */
export const SESSION_MS = 30 * DAY_MS;
/** How long it lasts without being used. The SQL function `live_user` has the same number. */
export const IDLE_MS = 14 * DAY_MS;

export type UserSession = { id: string; method: SignInMethod; ip: string; userAgent: string; createdAt: string; lastSeenAt: string };

/** Signs a user in: the session that the browser's cookie will name. */
export async function openSession(tx: Tx, user: { id: string; sessionVersion: number }, method: SignInMethod, origin: Origin): Promise<SessionRef> {
  const id = newId("ses");
  await insertSessionRow(tx, { id, userId: user.id, method, ip: origin.ip, userAgent: origin.userAgent.slice(0, 300), expiresAt: new Date(Date.now() + SESSION_MS) });
  await recordAccountEvent(tx, user.id, origin, "session.started", { method });
  return { userId: user.id, sessionVersion: user.sessionVersion, sessionId: id };
}

/** The user of a session, or null when it has ended. Notes, at most every five minutes, that it is in use. */
export async function userOfSession(session: SessionRef): Promise<UserIdentity | null> {
  const row = await findUserOfSession(session, IDLE_MS);
  return row && toIdentity(row);
}

/** The sessions of a user that stand, the one used last first. */
export async function listSessions(userId: string): Promise<UserSession[]> {
  const rows = await listSessionRows(userId, new Date(Date.now() - IDLE_MS));
  return rows.map((row) => ({
    id: row.id,
    // The column's check constraint allows these values only.
    method: row.method as SignInMethod,
    ip: row.ip, userAgent: row.userAgent, createdAt: row.createdAt.toISOString(), lastSeenAt: row.lastSeenAt.toISOString(),
  }));
}

/** Signs a browser out. A session that has ended already stays as it is. */
export async function signOut(session: SessionRef, origin: Origin): Promise<void> {
  await withoutTenant(async (tx) => {
    if (await endSessionRow(tx, session.userId, session.sessionId)) await recordAccountEvent(tx, session.userId, origin, "session.ended");
  });
}

/** Ends another session of the user's; false when there is none such. */
export async function revokeSession(userId: string, sessionId: string, origin: Origin): Promise<boolean> {
  return withoutTenant(async (tx) => {
    const ended = await endSessionRow(tx, userId, sessionId);
    if (ended) await recordAccountEvent(tx, userId, origin, "session.revoked", { session: sessionId });
    return ended;
  });
}

/** Ends every session of a user at once, this one too: their version is an old one from now on. */
export async function signOutEverywhere(userId: string, origin: Origin): Promise<void> {
  await withoutTenant(async (tx) => {
    await raiseSessionVersion(tx, userId);
    await endOtherSessionRows(tx, userId, null);
    await recordAccountEvent(tx, userId, origin, "sessions.revoked");
  });
}

/** Ends every session of a user but one. For changes of how an account is entered: whoever was in it before is out. */
export async function endOtherSessions(tx: Tx, userId: string, keep: string | null): Promise<void> {
  await endOtherSessionRows(tx, userId, keep);
}

/** Deletes sessions that ended or expired more than 30 days ago; until then their user can look them up. Returns how many. */
export function purgeSessions(): Promise<number> {
  return deleteEndedSessions(new Date(Date.now() - SESSION_MS));
}
