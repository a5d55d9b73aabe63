import { AppError } from "@/lib/core/errors";
import { withoutTenant } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { sendMail } from "@/lib/platform/mail";
import { accountChangedMail, type AccountChange } from "@/lib/notifications/account-mails";
import { recordAccountEvent, type Origin } from "@/lib/users/events";
import { requirePassword } from "@/lib/users/sign-in";
import { findUserById, setNameRow } from "@/lib/users/repo";
import type { UserIdentity } from "@/lib/users/present";

/** Changes the name that other members see. */
export async function rename(user: UserIdentity, name: string, origin: Origin): Promise<void> {
  if (name === user.name) return;
  await withoutTenant(async (tx) => {
    await setNameRow(tx, user.id, name);
    await recordAccountEvent(tx, user.id, origin, "profile.changed", { before: user.name, after: name });
  });
}

/**
 * Makes sure that it is the user who sits there, before something that a session alone must not do. Somebody without a
 * password has shown that by signing in.
 * @throws AppError `invalid_field` on `current_password`, `rate_limited`
 */
export async function requireOwnPassword(user: UserIdentity, password: string, origin: Origin): Promise<void> {
  if (!user.hasPassword) return;
  try {
    await requirePassword(user.email, password, origin);
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthorized") throw new AppError("invalid_field", "This is not your password.", { param: "current_password" });
    throw error;
  }
}

/** Tells a user that the way into their account has changed. Job `mail.account_changed`. */
export async function mailAccountChanged(job: { userId: string; change: AccountChange }, jobId: string): Promise<void> {
  const user = await findUserById(job.userId);
  if (!user) return;
  const { APP_URL } = env();
  await sendMail({ to: user.email, messageId: `<${jobId}@${new URL(APP_URL).hostname}>`, ...(await accountChangedMail(job.change, { url: `${APP_URL}/account/security` })) });
}
