import { AppError } from "@/lib/core/errors";
import { SECOND_MS } from "@/lib/core/time";
import { withoutTenant, type Tx } from "@/lib/platform/db";
import { enqueue, openQueue } from "@/lib/platform/queue";
import { openSecret, sealSecret } from "@/lib/platform/vault";
import { recordAccountEvent, type Origin } from "@/lib/users/events";
import { countSecondFactorAttempt, forgetSecondFactorFailures } from "@/lib/users/lockout/service";
import { findUserById } from "@/lib/users/repo";
import { toIdentity, type UserIdentity } from "@/lib/users/present";
import { endOtherSessions, openSession, type SessionRef, type SignInMethod } from "@/lib/users/sessions";
import { hashRecoveryCode, newRecoveryCodes, newTotpSecret, stepOfCode, totpUri } from "@/lib/users/two-factor/codes";
import { countRecoveryCodes, disableTotp, enableTotp, findTotp, replaceRecoveryCodes, setTotpSecret, takeRecoveryCode, takeStep } from "@/lib/users/two-factor/repo";

/** What an authenticator app needs to know. */
export type TotpSetup = { secret: string; uri: string };

const placeOf = (userId: string): string => `user_account.totp_secret:${userId}`;

/** Begins to set up a second factor: a new secret, in force only once a code of it was entered. @throws AppError `conflict` when one is on */
export async function beginTwoFactor(user: UserIdentity): Promise<void> {
  const sealed = sealSecret(newTotpSecret(), placeOf(user.id));
  if (!(await withoutTenant((tx) => setTotpSecret(tx, user.id, sealed)))) throw new AppError("conflict", "Two-factor authentication is on already.");
}

/** The set-up that is under way, or null. */
export async function getTwoFactorSetup(user: UserIdentity): Promise<TotpSetup | null> {
  const found = await withoutTenant((tx) => findTotp(tx, user.id));
  if (!found || found.enabled) return null;
  const secret = openSecret(found.sealed, placeOf(user.id));
  return { secret, uri: totpUri(secret, user.email) };
}

/**
 * Turns the second factor on when the code is right, ends every other session and gives the recovery codes, which are
 * shown this once.
 * @throws AppError `invalid_field` for a wrong code, `conflict` when it is on already or was set up anew meanwhile
 */
export async function enableTwoFactor(user: UserIdentity, sessionId: string, code: string, origin: Origin): Promise<string[]> {
  await openQueue();
  const codes = newRecoveryCodes();
  await withoutTenant(async (tx) => {
    const found = await findTotp(tx, user.id);
    if (!found || found.enabled) throw new AppError("conflict", found ? "Two-factor authentication is on already." : "Begin again: this set-up has ended.");
    const step = stepOfCode(openSecret(found.sealed, placeOf(user.id)), code);
    if (step === null) throw new AppError("invalid_field", "This code is not right. Is the clock of your phone?", { param: "code" });
    if (!(await enableTotp(tx, user.id, found.sealed, step))) throw new AppError("conflict", "This was set up in another tab meanwhile. Begin again.");
    await replaceRecoveryCodes(tx, user.id, codes.map(hashRecoveryCode));
    await endOtherSessions(tx, user.id, sessionId);
    await recordAccountEvent(tx, user.id, origin, "two_factor.enabled");
    await enqueue(tx, "mail.account_changed", { userId: user.id, change: "two_factor_on" });
  });
  return codes;
}

/** Turns the second factor off. @throws AppError `invalid_field` for a wrong code, `rate_limited` after several */
export async function disableTwoFactor(user: UserIdentity, code: string, origin: Origin): Promise<void> {
  await openQueue();
  await requireSecondFactor(user.id, code, origin, async (tx) => {
    await disableTotp(tx, user.id);
    await recordAccountEvent(tx, user.id, origin, "two_factor.disabled");
    await enqueue(tx, "mail.account_changed", { userId: user.id, change: "two_factor_off" });
  });
}

/** Makes new recovery codes; the old ones stop working. @throws AppError as `disableTwoFactor` */
export async function renewRecoveryCodes(user: UserIdentity, code: string, origin: Origin): Promise<string[]> {
  const codes = newRecoveryCodes();
  await requireSecondFactor(user.id, code, origin, async (tx) => {
    await replaceRecoveryCodes(tx, user.id, codes.map(hashRecoveryCode));
    await recordAccountEvent(tx, user.id, origin, "recovery_codes.made");
  });
  return codes;
}

/** How many recovery codes are left. */
export function countRecoveryCodesLeft(userId: string): Promise<number> {
  return withoutTenant((tx) => countRecoveryCodes(tx, userId));
}

/**
 * Signs in somebody whose first factor was right and whose second one is now.
 * @throws AppError `unauthorized` when everything was ended meanwhile; otherwise as `disableTwoFactor`
 */
export async function signInWithSecondFactor(pending: { userId: string; sessionVersion: number; method: SignInMethod }, code: string, origin: Origin): Promise<{ user: UserIdentity; session: SessionRef }> {
  const row = await findUserById(pending.userId);
  if (!row || row.sessionVersion !== pending.sessionVersion || row.totpEnabledAt === null) throw new AppError("unauthorized", "This took too long, or your account changed meanwhile. Sign in again.");
  await openQueue();
  const user = toIdentity(row);
  const session = await requireSecondFactor(user.id, code, origin, (tx) => openSession(tx, user, pending.method, origin));
  return { user, session };
}

/** Does `work` in the transaction that takes the code: a code from the app, or a recovery code. Attempts are counted first. */
async function requireSecondFactor<T>(userId: string, code: string, origin: Origin, work: (tx: Tx) => Promise<T>): Promise<T> {
  const attempt = await countSecondFactorAttempt(userId);
  if (attempt.kind === "locked") throw new AppError("rate_limited", "Too many wrong codes. Wait a while, then try again.", { retryAfterS: Math.ceil(attempt.forMs / SECOND_MS) });
  const done = await withoutTenant(async (tx) => {
    if (!(await takeCode(tx, userId, code, origin))) return null;
    await forgetSecondFactorFailures(tx, userId);
    return { value: await work(tx) };
  });
  if (done) return done.value;
  await withoutTenant((tx) => recordAccountEvent(tx, userId, origin, "two_factor.refused"));
  throw new AppError("invalid_field", "This code is not right, or was used already.", { param: "code" });
}

async function takeCode(tx: Tx, userId: string, code: string, origin: Origin): Promise<boolean> {
  const found = await findTotp(tx, userId);
  if (!found?.enabled) return false;
  const step = stepOfCode(openSecret(found.sealed, placeOf(userId)), code);
  if (step !== null) return takeStep(tx, userId, step);
  if (!(await takeRecoveryCode(tx, userId, hashRecoveryCode(code)))) return false;
  await recordAccountEvent(tx, userId, origin, "recovery_code.used");
  await enqueue(tx, "mail.account_changed", { userId, change: "recovery_code" });
  return true;
}
