import { formatMoneyCents } from "@/lib/core/format";
import { Another, Facts, Paragraph } from "@/lib/notifications/design/parts";
import type { BillingMailOf } from "@/lib/notifications/billing/schema";
import type { Templates } from "@/lib/notifications/billing/template";
import { formatDay, formatMoment, includedRows, nameInvoice, planName } from "@/lib/notifications/billing/words";

export const PAYMENT_MAILS: Templates<"payment_failed" | "limits_reduced" | "payment_recovered" | "payment_confirmation_needed"> = {
  payment_failed: (mail, url) => ({
    headline: failedHeadline(mail),
    preview: `Free limits hold from ${formatDay(mail.graceEndsAt)} (UTC) unless it is paid by then.`,
    body: <>
      <Paragraph>{mail.day === 0 ? `We could not charge ${formatMoneyCents(mail.amountCents)} for ${nameInvoice(mail.invoiceNumber)}.` : `${formatMoneyCents(mail.amountCents)} for ${nameInvoice(mail.invoiceNumber)} could not be charged ${mail.day} days ago and is not paid yet.`} {planName(mail.plan)} stays in force until {formatMoment(mail.graceEndsAt)}.</Paragraph>
      <Paragraph>If it is not paid by then, these limits of Free hold until it is. Nothing is deleted.</Paragraph>
      <Facts rows={includedRows("free")} />
      <Paragraph>The button opens the invoice, where it can be paid with this or another card.</Paragraph>
    </>,
    action: { label: `Pay ${formatMoneyCents(mail.amountCents)}`, url: mail.payUrl },
    after: <Another label="Change the card for later invoices, on the billing page" url={url} />,
  }),

  limits_reduced: ({ plan, amountCents, invoiceNumber, payUrl }, url) => ({
    headline: "Free limits are in force",
    preview: `${formatMoneyCents(amountCents)} has been due for seven days. Nothing was deleted; once it is paid, ${planName(plan)} is back.`,
    body: <>
      <Paragraph>{formatMoneyCents(amountCents)} for {nameInvoice(invoiceNumber)} has been due for seven days. The limits of Free are in force now instead of those of {planName(plan)}.</Paragraph>
      <Facts rows={includedRows("free")} />
      <Paragraph>Nothing was deleted. Agents and members that Free has no room for are read-only. Once the invoice is paid, {planName(plan)} is back.</Paragraph>
    </>,
    action: { label: `Pay ${formatMoneyCents(amountCents)}`, url: payUrl },
    after: <Another label="The billing page" url={url} />,
  }),

  payment_recovered: ({ plan, amountCents, wasReduced, endsAt }, url) => ({
    headline: `the payment of ${formatMoneyCents(amountCents)} has arrived`,
    preview: endsAt ? `${planName(plan)} ends on ${formatDay(endsAt)} (UTC), as it was canceled.` : wasReduced ? `${planName(plan)} is back.` : `${planName(plan)} goes on without a break.`,
    body: <Paragraph>The payment of {formatMoneyCents(amountCents)} that had failed has arrived. {wasReduced ? `${planName(plan)} and its limits are back, and what was read-only works again.` : `${planName(plan)} goes on without a break.`} {endsAt ? `It was canceled, and ends on ${formatMoment(endsAt)}; until then it can be resumed on the billing page.` : "There is nothing left to do."}</Paragraph>,
    action: { label: "Open billing", url },
  }),

  payment_confirmation_needed: ({ amountCents, invoiceNumber, confirmUrl, changeExpiresAt }, url) => ({
    headline: `your bank asks you to confirm a payment of ${formatMoneyCents(amountCents)}`,
    preview: "It is not charged until you do.",
    body: <Paragraph>The bank of the card on file wants its holder to confirm the payment of {formatMoneyCents(amountCents)} for {nameInvoice(invoiceNumber)}. It is not charged until you do. The button opens the invoice, where you can. {changeExpiresAt ? `The plan that you asked for begins then. If it is not confirmed by ${formatMoment(changeExpiresAt)}, nothing is charged and everything stays as it is.` : null}</Paragraph>,
    action: { label: "Confirm the payment", url: confirmUrl },
    after: <Another label="The billing page" url={url} />,
  }),
};

function failedHeadline({ day, amountCents, graceEndsAt }: BillingMailOf<"payment_failed">): string {
  if (day === 0) return `a payment of ${formatMoneyCents(amountCents)} failed`;
  if (day === 3) return `a payment of ${formatMoneyCents(amountCents)} is still due`;
  return `Free limits from ${formatDay(graceEndsAt)} unless ${formatMoneyCents(amountCents)} is paid`;
}
