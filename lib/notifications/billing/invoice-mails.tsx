import { formatMoneyCents } from "@/lib/core/format";
import { Another, Facts, Paragraph } from "@/lib/notifications/design/parts";
import type { Templates } from "@/lib/notifications/billing/template";
import { formatMoment, nameInvoice, type Row } from "@/lib/notifications/billing/words";

/** A row, unless there is nothing to say. */
const unlessZero = (cents: number, label: string, sign: 1 | -1 = 1): Row | null => (cents === 0 ? null : [label, formatMoneyCents(sign * cents)]);

export const INVOICE_MAILS: Templates<"invoice_paid" | "refund_made" | "dispute_opened" | "billing_details_changed"> = {
  invoice_paid: (mail, url) => ({
    headline: `receipt for ${formatMoneyCents(mail.totalCents)}`,
    preview: `Paid on ${formatMoment(mail.paidAt)}${mail.invoiceNumber === null ? "" : `, invoice ${mail.invoiceNumber}`}.`,
    body: <>
      <Facts rows={[mail.invoiceNumber === null ? null : ["Invoice", mail.invoiceNumber], ["Paid on", formatMoment(mail.paidAt)]]} />
      <Facts sum="Total" rows={[
        ...mail.lines.map(({ description, amountCents }): Row => [description, formatMoneyCents(amountCents)]),
        unlessZero(mail.discountCents, "Discount", -1), unlessZero(mail.taxCents, "Tax"),
        ["Total", formatMoneyCents(mail.totalCents)],
        unlessZero(mail.creditCents, "Taken from credit", -1), mail.paidCents === mail.totalCents ? null : ["Charged", formatMoneyCents(mail.paidCents)],
      ]} />
      {mail.note && <Paragraph>{mail.note}</Paragraph>}
    </>,
    action: { label: "Open the invoice", url: mail.invoiceUrl },
    after: <>{mail.pdfUrl !== null && <Another label="The invoice as PDF" url={mail.pdfUrl} />}<Another label="All invoices" url={url} /></>,
  }),

  refund_made: ({ amountCents, invoiceNumber, refundedAt }, url) => ({
    headline: `${formatMoneyCents(amountCents)} was refunded`,
    preview: "It goes back to the card that was charged.",
    body: <Paragraph>On {formatMoment(refundedAt)} {formatMoneyCents(amountCents)} of {nameInvoice(invoiceNumber)} was refunded to the card that was charged. Banks usually show it within ten working days.</Paragraph>,
    action: { label: "Open billing", url },
  }),

  dispute_opened: ({ amountCents, invoiceNumber, openedAt }, url) => ({
    headline: `a payment of ${formatMoneyCents(amountCents)} is disputed`,
    preview: "Your bank told us so. If that is a mistake, ask it to withdraw the dispute.",
    body: <>
      <Paragraph>On {formatMoment(openedAt)} the bank of the card told us that the payment of {formatMoneyCents(amountCents)} for {nameInvoice(invoiceNumber)} is disputed.</Paragraph>
      <Paragraph>If that is a mistake, ask the bank to withdraw the dispute. The workspace goes on as it is for now.</Paragraph>
    </>,
    action: { label: "Open billing", url },
  }),

  billing_details_changed: ({ changed, changedAt }, url) => ({
    headline: "billing details were changed",
    preview: `Changed: ${changed.map((one) => DETAILS[one]).join(", ")}.`,
    body: <>
      <Facts rows={[["Changed", changed.map((one) => DETAILS[one]).join(", ")], ["When", formatMoment(changedAt)]]} />
      <Paragraph>The next invoice carries what is there now. If nobody of your team changed this, the team page shows who may.</Paragraph>
    </>,
    action: { label: "Open billing", url },
  }),
};

const DETAILS = { name: "name", email: "e-mail address", address: "address", tax_id: "tax ID", payment_method: "payment method" };
