import type { Tx } from "@/lib/platform/db";
import { db } from "@/lib/platform/db";

type Subject = Uint8Array<ArrayBuffer>;
export type Attempt = { failures: number };

/**
 * Counts an attempt as a failure before it is known whether it is one, so that no number of attempts at once gets past
 * the lock. Null while the subject is locked; then nothing is counted.
 */
export async function countAttempt(tx: Tx, subject: Subject, forgottenMs: number): Promise<Attempt | null> {
  const rows = await tx.$queryRaw<Attempt[]>`
    INSERT INTO sign_in_guard AS g (subject, failures, last_failure_at) VALUES (${subject}, 1, now())
    ON CONFLICT (subject) DO UPDATE
      SET failures = CASE WHEN g.last_failure_at < now() - ${forgottenMs}::float8 * interval '1 millisecond' THEN 1 ELSE g.failures + 1 END, last_failure_at = now(), locked_until = NULL
      WHERE g.locked_until IS NULL OR g.locked_until <= now()
    RETURNING g.failures`;
  return rows[0] ?? null;
}

/** Locks a subject for a time from now. */
export async function lockSubject(tx: Tx, subject: Subject, forMs: number): Promise<void> {
  await tx.$executeRaw`UPDATE sign_in_guard SET locked_until = now() + ${forMs}::float8 * interval '1 millisecond' WHERE subject = ${subject}`;
}

/** For how long a subject is still locked, in milliseconds; 0 when it is not. */
export async function readLock(tx: Tx, subject: Subject): Promise<number> {
  const rows = await tx.$queryRaw<{ ms: number }[]>`
    SELECT greatest(0, extract(epoch FROM locked_until - now()) * 1000)::float8 AS ms FROM sign_in_guard WHERE subject = ${subject} AND locked_until > now()`;
  return rows[0]?.ms ?? 0;
}

export async function forgetSubjects(tx: Tx, subjects: Subject[]): Promise<void> {
  await tx.signInGuard.deleteMany({ where: { subject: { in: subjects } } });
}

/** Deletes what nobody failed at since `before` and what is not locked any more. */
export async function deleteOldGuards(before: Date): Promise<number> {
  const { count } = await db().signInGuard.deleteMany({ where: { lastFailureAt: { lt: before }, OR: [{ lockedUntil: null }, { lockedUntil: { lt: new Date() } }] } });
  return count;
}

/** The addresses that a user's sessions were opened from since `since`. */
export async function listSignInAddresses(tx: Tx, userId: string, since: Date): Promise<string[]> {
  const rows = await tx.userSession.findMany({ where: { userId, createdAt: { gt: since } }, select: { ip: true }, distinct: ["ip"] });
  return rows.map(({ ip }) => ip);
}
