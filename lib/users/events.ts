import { newId } from "@/lib/core/ids";
import type { Tx } from "@/lib/platform/db";
import { insertEventRow, listEventRows, type EventRow } from "@/lib/users/repo";

/** Where something was done from. */
export type Origin = { ip: string; userAgent: string; requestId: string };

/** Everything that is recorded of an account, with what a person reads. */
export const ACCOUNT_EVENTS = {
  "account.created": "Account created",
  "session.started": "Signed in",
  "session.refused": "Wrong password",
  "session.locked": "Sign-in locked after wrong passwords",
  "session.ended": "Signed out",
  "session.revoked": "Session ended",
  "sessions.revoked": "Signed out everywhere",
  "profile.changed": "Profile changed",
  "password.changed": "Password changed",
  "password.reset": "Password reset by mail",
  "two_factor.enabled": "Two-factor authentication turned on",
  "two_factor.disabled": "Two-factor authentication turned off",
  "two_factor.refused": "Wrong second factor",
  "recovery_code.used": "Recovery code used",
  "recovery_codes.made": "New recovery codes made",
  "identity.linked": "Sign-in with another account added",
  "identity.unlinked": "Sign-in with another account removed",
} as const;
export type AccountAction = keyof typeof ACCOUNT_EVENTS;

export type AccountEvent = { id: string; action: AccountAction; text: string; ip: string; userAgent: string; details: Record<string, unknown>; at: string };

/** Writes what happened to an account, in the transaction of the change itself. `details` never holds secrets. */
export async function recordAccountEvent(tx: Tx, userId: string, origin: Origin, action: AccountAction, details: Record<string, string | number | boolean> = {}): Promise<void> {
  await insertEventRow(tx, { id: newId("acc"), userId, action, ip: origin.ip, userAgent: origin.userAgent.slice(0, 300), requestId: origin.requestId, details });
}

/** The newest events of an account. */
export async function listAccountEvents(userId: string, most: number): Promise<AccountEvent[]> {
  return (await listEventRows(userId, most)).map(toEvent);
}

function toEvent(row: EventRow): AccountEvent {
  // Only `recordAccountEvent` writes them.
  const action = row.action as AccountAction;
  const details = typeof row.details === "object" && row.details !== null && !Array.isArray(row.details) ? row.details : {};
  return { id: row.id, action, text: ACCOUNT_EVENTS[action], ip: row.ip, userAgent: row.userAgent, details, at: row.createdAt.toISOString() };
}
