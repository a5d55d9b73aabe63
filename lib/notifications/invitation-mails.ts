import { foreignName } from "@/lib/notifications/foreign-name";
import { buttonMail, type MailContent } from "@/lib/notifications/layout";

/**
 * Asks somebody into a workspace. Who reads it may never have heard of us, and anyone can name a workspace anything: names
 * stand in it only as `foreignName` leaves them, and not in the subject.
 */
export function invitationMail(to: { workspace: string; inviter: string; role: string; days: number; url: string }): Promise<MailContent> {
  const workspace = foreignName(to.workspace);
  return buttonMail({
    subject: "You are invited to a workspace on Stint",
    paragraphs: [
      "Hello,",
      `${foreignName(to.inviter) ?? "somebody"} invites you to the workspace ${workspace ? `with the name ${workspace} ` : ""}on Stint, in the role ${to.role}.`,
      "Stint runs AI agents for other people's products. A workspace holds a team's agents, keys, usage and bills.",
    ],
    button: { label: "See the invitation", url: to.url },
    footer: `The link works once and for ${to.days} days. If you do not know who this is, ignore this mail: nothing happens without you. The names in it were chosen by whoever invited you.`,
  });
}
