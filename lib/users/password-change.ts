import { AppError } from "@/lib/core/errors";
import { withoutTenant, type Tx } from "@/lib/platform/db";
import { enqueue, openQueue } from "@/lib/platform/queue";
import { recordAccountEvent, type Origin } from "@/lib/users/events";
import { endAllLinks, requireLink, spendLink } from "@/lib/users/links/service";
import { forgetFailures } from "@/lib/users/lockout/service";
import { hashPassword } from "@/lib/users/password";
import { requireStrongPassword } from "@/lib/users/password-strength";
import type { UserIdentity } from "@/lib/users/present";
import { setPasswordRow } from "@/lib/users/repo";
import { endOtherSessions } from "@/lib/users/sessions";

/**
 * Gives an account a new password and ends every session but `keep`: whoever was in it before is out. The caller has
 * made sure that it is the user who asks.
 * @throws AppError `invalid_field` for a password that is easy to guess
 */
export async function changePassword(user: UserIdentity, password: string, keep: string, origin: Origin): Promise<void> {
  await replacePassword(user, password, async (tx) => {
    await endOtherSessions(tx, user.id, keep);
    await recordAccountEvent(tx, user.id, origin, "password.changed");
  });
}

/**
 * Gives the account of a mailed link a new password, uses the link up, forgets what locked the account and ends every
 * session. Returns the user, who still has to pass the second factor where there is one.
 * @throws AppError `not_found` for a link that does not work, `invalid_field`
 */
export async function resetPassword(token: string, password: string, origin: Origin): Promise<UserIdentity> {
  const { link, user } = await requireLink(token, "reset_password");
  await replacePassword(user, password, async (tx) => {
    await spendLink(tx, link, "reset_password");
    await endOtherSessions(tx, user.id, null);
    await forgetFailures(tx, user.email, origin.ip);
    await recordAccountEvent(tx, user.id, origin, "password.reset");
  });
  return user;
}

async function replacePassword(user: UserIdentity, password: string, work: (tx: Tx) => Promise<void>): Promise<void> {
  requireStrongPassword(password, [user.name, user.email]);
  const passwordHash = await hashPassword(password);
  await openQueue();
  await withoutTenant(async (tx) => {
    await work(tx);
    // A link that is still in the mail is a way in that the new password is meant to close.
    await endAllLinks(tx, user.email);
    if (!(await setPasswordRow(tx, user.id, passwordHash))) throw new AppError("not_found", "This account does not exist any more.");
    await enqueue(tx, "mail.account_changed", { userId: user.id, change: "password" });
  });
}
