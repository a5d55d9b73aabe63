import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { HOUR_MS } from "@/lib/core/time";
import { hashToken, newToken } from "@/lib/core/token";
import { withoutTenant } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { sendMail } from "@/lib/platform/mail";
import { enqueue, openQueue } from "@/lib/platform/queue";
import { accountExistsMail, confirmSignUpMail } from "@/lib/notifications/sign-up-mails";
import { hashPassword, verifyPassword } from "@/lib/users/password";
import { requireStrongPassword } from "@/lib/users/password-strength";
import { toIdentity, type UserIdentity } from "@/lib/users/present";
import {
  confirmSignUpRow, deleteEndedSignUps, findOpenSignUp, findSignUpRow, findUserByEmail, findUserById, insertSignUpRow, insertUserRow, setSignUpToken,
} from "@/lib/users/repo";
import { recordAccountEvent, type Origin } from "@/lib/users/events";
import { openSession, type SessionRef } from "@/lib/users/sessions";
import type { SignUpInput } from "@/lib/users/schema";

export type { UserIdentity };

/** For how long a mailed link works. */
export const SIGN_UP_LINK_MS = 24 * HOUR_MS;

/**
 * Takes a request for an account, has the link mailed and returns the request's id, which the browser that asked keeps.
 * Does the same work, in the same time, whether or not the address is known: who is a customer is nobody's business but
 * theirs.
 * @throws AppError `invalid_field` for a password that is easy to guess
 */
export async function requestSignUp(input: SignUpInput): Promise<string> {
  requireStrongPassword(input.password, [input.name, input.email]);
  const passwordHash = await hashPassword(input.password);
  await openQueue();
  const id = newId("usr");
  await withoutTenant(async (tx) => {
    await insertSignUpRow(tx, { id, email: input.email, name: input.name, passwordHash, expiresAt: new Date(Date.now() + SIGN_UP_LINK_MS) });
    await enqueue(tx, "mail.sign_up", { signUpId: id });
  });
  return id;
}

/** Sends the mail of a sign-up: the link, or word that the account exists. Job `mail.sign_up`; a repeat replaces the link. */
export async function mailSignUp(signUpId: string, jobId: string): Promise<void> {
  const signUp = await findSignUpRow(signUpId);
  if (!signUp || signUp.confirmedAt) return;
  const messageId = `<${jobId}@${new URL(env().APP_URL).hostname}>`;
  if (await findUserByEmail(signUp.email)) {
    await sendMail({ to: signUp.email, messageId, ...(await accountExistsMail({ signInUrl: `${env().APP_URL}/sign-in` })) });
    return;
  }
  const token = newToken();
  await setSignUpToken(signUp.id, await hashToken(token));
  await sendMail({ to: signUp.email, messageId, ...(await confirmSignUpMail({ url: `${env().APP_URL}/welcome?token=${token}` })) });
}

/** A mailed link's sign-up, without using it up: opening a link must not spend it, mail scanners open links too. */
export async function peekSignUp(token: string): Promise<{ id: string; name: string; email: string } | null> {
  const signUp = await findOpenSignUp(await hashToken(token), new Date());
  return signUp && { id: signUp.id, name: signUp.name, email: signUp.email };
}

/** What shows that whoever follows a link is who asked for the account: the same browser, or the password chosen there. */
export type SignUpProof = { signUpId: string | null; password: string };

/**
 * Turns the sign-up of a mailed link into a user and signs them in. Works once. The link alone is not enough: somebody else may have asked
 * for an account with this address and a password of their own, and its owner must not make that account by a click.
 * @throws AppError `not_found` for a link that is unknown, used or expired; `invalid_field` without proof; `conflict`
 *   when the address has an account
 */
export async function confirmSignUp(token: string, proof: SignUpProof, origin: Origin): Promise<SessionRef> {
  const now = new Date();
  const signUp = await findOpenSignUp(await hashToken(token), now);
  if (!signUp) throw new AppError("not_found", "This link was used already or is older than a day. Sign in, or ask for a new one.");
  if (proof.signUpId !== signUp.id && proof.password === "") throw new AppError("invalid_field", "Enter the password that was chosen for this account.", { param: "password" });
  if (proof.signUpId !== signUp.id && !(await verifyPassword(signUp.passwordHash, proof.password))) {
    throw new AppError("invalid_field", "This is not the password that was chosen for this account.", { param: "password" });
  }
  return withoutTenant(async (tx) => {
    if (!(await confirmSignUpRow(tx, signUp.id, now))) throw new AppError("not_found", "This link was used already. Sign in.");
    const user = await insertUserRow(tx, { id: newId("usr"), email: signUp.email, name: signUp.name, passwordHash: signUp.passwordHash });
    if (!user) throw new AppError("conflict", "This address has an account already. Sign in.");
    await recordAccountEvent(tx, user.id, origin, "account.created");
    return openSession(tx, user, "sign_up", origin);
  });
}

/** The user with this address and password, or null; an unknown address takes as long as a wrong password. */
export async function checkPassword(email: string, password: string): Promise<UserIdentity | null> {
  const user = await findUserByEmail(email);
  const matches = await verifyPassword(user?.passwordHash ?? null, password);
  return user && matches ? toIdentity(user) : null;
}

/** A user by id, or null. */
export async function findUser(userId: string): Promise<UserIdentity | null> {
  const row = await findUserById(userId);
  return row && toIdentity(row);
}

/** Creates a user without a mail, for the first start of an installation. Null when the address has an account. */
export async function createUser(input: SignUpInput & { isStaff: boolean }): Promise<UserIdentity | null> {
  const passwordHash = await hashPassword(input.password);
  const row = await withoutTenant((tx) => insertUserRow(tx, { id: newId("usr"), email: input.email, name: input.name, passwordHash, isStaff: input.isStaff }));
  return row && toIdentity(row);
}

/** Deletes sign-ups that ended a day ago or earlier. Returns how many. */
export function purgeSignUps(): Promise<number> {
  return deleteEndedSignUps(new Date(Date.now() - 24 * HOUR_MS));
}
