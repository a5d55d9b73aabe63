import type { BillingMail } from "@/lib/notifications/billing/schema";
import type { MailContent } from "@/lib/notifications/layout";

/** Whom a billing mail is about: the workspace's name, as its owner typed it, and the address of its billing page. */
export type BillingContext = { workspace: string; url: string };

/** Renders subject, HTML and text of a billing mail. */
export async function renderBillingMail(mail: BillingMail, context: BillingContext): Promise<MailContent> {
  const [{ billingMailTree }, { renderMail }] = await Promise.all([import("@/lib/notifications/billing/tree"), import("@/lib/notifications/design/render")]);
  return renderMail(billingMailTree(mail, context));
}
