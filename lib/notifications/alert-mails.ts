import { buttonMail, type MailContent } from "@/lib/notifications/layout";

/** Tells somebody who answers for a workspace's bill what was reached, what happens now, and when the period ends. */
export function alertMail(alert: { workspace: string; title: string; figure: string; now: string; periodEnd: Date; url: string }): Promise<MailContent> {
  const { workspace, title, figure, now, periodEnd, url } = alert;
  const end = `${periodEnd.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return buttonMail({
    subject: `“${workspace}”: ${title}`,
    paragraphs: ["Hello,", `in the workspace “${workspace}”: ${title}.`, `${figure}.`, now, `The period ends on ${end}.`],
    button: { label: "Open caps", url },
    footer: "You get this mail once for each threshold and period, because you own or administer the workspace or look after its billing.",
  });
}
