import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { hashToken, newToken } from "@/lib/core/token";
import { HOUR_MS, MINUTE_MS } from "@/lib/core/time";
import { withoutTenant, type Tx } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { sendMail } from "@/lib/platform/mail";
import { enqueue, openQueue } from "@/lib/platform/queue";
import { noAccountMail, resetPasswordMail, signInLinkMail, unlockMail } from "@/lib/notifications/account-mails";
import { findUserByEmail } from "@/lib/users/repo";
import { toIdentity, type UserIdentity } from "@/lib/users/present";
import { deleteEndedLinks, endLinks, findLinkRow, findOpenLink, insertLinkRow, setLinkToken, useUpLinks, type LinkRow } from "@/lib/users/links/repo";

export type LinkPurpose = "sign_in" | "reset_password" | "unlock";

/** For how long a mailed link works. */
export const LINK_MS = 30 * MINUTE_MS;

/** What a link of one purpose may be used for: an unlocking link signs in, and the lock is gone with that. */
const SIGNS_IN: readonly LinkPurpose[] = ["sign_in", "unlock"];

/**
 * Has a link mailed to an address. Whether it has an account is looked up when the mail is sent and told in the mail
 * alone: the answer, and the time that it takes, are the same.
 */
export async function requestLink(email: string, purpose: LinkPurpose): Promise<void> {
  await openQueue();
  const id = newId("lnk");
  await withoutTenant(async (tx) => {
    await insertLinkRow(tx, { id, email, purpose, expiresAt: new Date(Date.now() + LINK_MS) });
    await enqueue(tx, "mail.link", { linkId: id });
  });
}

/** Sends the mail of a link. Job `mail.link`; a repeat replaces the link. */
export async function mailLink(linkId: string, jobId: string): Promise<void> {
  const link = await findLinkRow(linkId);
  if (!link || link.usedAt) return;
  const to = { to: link.email, messageId: `<${jobId}@${new URL(env().APP_URL).hostname}>` };
  const user = await findUserByEmail(link.email);
  if (!user) {
    // Nobody's account can be locked; nobody has to hear of it.
    if (link.purpose !== "unlock") await sendMail({ ...to, ...(await noAccountMail({ signUpUrl: `${env().APP_URL}/sign-up` })) });
    return;
  }
  const token = newToken();
  await setLinkToken(link.id, await hashToken(token));
  await sendMail({ ...to, ...(await mailOf(link, token)) });
}

function mailOf(link: LinkRow, token: string) {
  if (link.purpose === "reset_password") return resetPasswordMail({ url: `${env().APP_URL}/reset-password?token=${token}` });
  const url = `${env().APP_URL}/sign-in/link?token=${token}`;
  return link.purpose === "unlock" ? unlockMail({ url }) : signInLinkMail({ url });
}

/** The address of a link that works, without using it up: mail scanners open links too. */
export async function peekLink(token: string, use: "sign_in" | "reset_password"): Promise<{ email: string } | null> {
  const link = await findOpenLink(await hashToken(token), purposesOf(use), new Date());
  return link && { email: link.email };
}

/** The link and user of a token that works. @throws AppError `not_found` */
export async function requireLink(token: string, use: "sign_in" | "reset_password"): Promise<{ link: LinkRow; user: UserIdentity }> {
  const link = await findOpenLink(await hashToken(token), purposesOf(use), new Date());
  const user = link && (await findUserByEmail(link.email));
  if (!link || !user) throw new AppError("not_found", "This link was used already or is older than half an hour. Ask for a new one.");
  return { link, user: toIdentity(user) };
}

/** Uses a link up, with every other one of its kind. @throws AppError `not_found` when somebody was faster */
export async function spendLink(tx: Tx, link: LinkRow, use: "sign_in" | "reset_password"): Promise<void> {
  if (!(await useUpLinks(tx, link, purposesOf(use), new Date()))) throw new AppError("not_found", "This link was used already. Ask for a new one.");
}

/** Makes every link that was mailed to an address useless. */
export function endAllLinks(tx: Tx, email: string): Promise<void> {
  return endLinks(tx, email, new Date());
}

/** Deletes links that ended a day ago or earlier. Returns how many. */
export function purgeLinks(): Promise<number> {
  return deleteEndedLinks(new Date(Date.now() - 24 * HOUR_MS));
}

function purposesOf(use: "sign_in" | "reset_password"): readonly LinkPurpose[] {
  return use === "sign_in" ? SIGNS_IN : ["reset_password"];
}
