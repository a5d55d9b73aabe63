import { AppError } from "@/lib/core/errors";
import { SECOND_MS } from "@/lib/core/time";
import { withoutTenant } from "@/lib/platform/db";
import { takeLimits } from "@/lib/limits/limiter";
import { recordAccountEvent, type AccountAction, type Origin } from "@/lib/users/events";
import { requestLink, requireLink, spendLink } from "@/lib/users/links/service";
import { countPasswordAttempt, forgetFailures } from "@/lib/users/lockout/service";
import { verifyPassword } from "@/lib/users/password";
import { toIdentity, type UserIdentity } from "@/lib/users/present";
import { findUserByEmail } from "@/lib/users/repo";
import { openSession, type SessionRef, type SignInMethod } from "@/lib/users/sessions";

/** What a first factor that was right leads to: a session, or the question for the second factor. */
export type Begun = { kind: "session"; session: SessionRef } | { kind: "second_factor" };

/** Goes on after a first factor was right: opens a session unless the account has a second factor. */
export async function beginSession(user: UserIdentity, method: SignInMethod, origin: Origin): Promise<Begun> {
  if (user.twoFactor) return { kind: "second_factor" };
  return { kind: "session", session: await withoutTenant((tx) => openSession(tx, user, method, origin)) };
}

/**
 * The user with this address and password. Attempts are counted before the password is looked at, and an unknown address
 * is counted, takes as long and is answered like a wrong password.
 * @throws AppError `unauthorized`; `rate_limited` while the address is locked for where the attempt comes from
 */
export async function requirePassword(email: string, password: string, origin: Origin): Promise<UserIdentity> {
  const user = await findUserByEmail(email);
  const attempt = await countPasswordAttempt(email, origin.ip, user?.id ?? null);
  if (attempt.kind === "locked") throw lockedError(attempt.forMs);
  if (!(await verifyPassword(user?.passwordHash ?? null, password)) || !user) {
    if (user) await record(user.id, origin, attempt.locks ? "session.locked" : "session.refused");
    if (attempt.locks) await mailUnlock(email);
    throw new AppError("unauthorized", "This address and password do not belong together.");
  }
  await withoutTenant((tx) => forgetFailures(tx, email, origin.ip));
  return toIdentity(user);
}

/** The user of a mailed sign-in link, which is used up. Whatever locked the account is forgotten. @throws AppError `not_found` */
export async function requireSignInLink(token: string, origin: Origin): Promise<UserIdentity> {
  const { link, user } = await requireLink(token, "sign_in");
  await withoutTenant(async (tx) => {
    await spendLink(tx, link, "sign_in");
    await forgetFailures(tx, user.email, origin.ip);
  });
  return user;
}

function record(userId: string, origin: Origin, action: AccountAction): Promise<void> {
  return withoutTenant((tx) => recordAccountEvent(tx, userId, origin, action));
}

/** One mail for each lock, and never more of them than anyone may have sent to an address. */
async function mailUnlock(email: string): Promise<void> {
  const [limit] = await takeLimits([{ policy: "mail", subject: email }]);
  if (limit?.allowed) await requestLink(email, "unlock");
}

function lockedError(forMs: number): AppError {
  const seconds = Math.ceil(forMs / SECOND_MS);
  const wait = seconds <= 90 ? "a minute" : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError("rate_limited", `Too many wrong passwords. Try again in ${wait}. If this address has an account, a mail is on its way that unlocks it right away.`, { retryAfterS: seconds });
}
