import { formatMoneyCents } from "@/lib/core/format";
import { Another, Facts, Paragraph } from "@/lib/notifications/design/parts";
import type { Templates } from "@/lib/notifications/billing/template";
import { excessNow, excessToCome, formatDay, formatMoment, formatPrice, includedRows, planName } from "@/lib/notifications/billing/words";

type Kinds = "subscribed" | "plan_upgraded" | "downgrade_scheduled" | "plan_downgraded" | "cancellation_scheduled" | "resumed" | "subscription_ended";

const CANCELED = {
  paid: "The subscription was canceled. Its price is not charged again; overage that is used until the end, if any, is on the last invoice.",
  trial: "The trial was canceled. Nothing was charged for it, and nothing will be.",
  unpaid: "The subscription was canceled. Its price is not charged again; the invoice that is unpaid stays to be paid.",
} as const;

export const PLAN_MAILS: Templates<Kinds> = {
  subscribed: ({ plan, priceCents, nextInvoiceAt }, url) => ({
    headline: `${planName(plan)} is active`,
    preview: `${formatPrice(priceCents)}. Next invoice on ${formatDay(nextInvoiceAt)} (UTC).`,
    body: <>
      <Paragraph>The workspace is on {planName(plan)} now. It costs {formatPrice(priceCents)}, until you cancel.</Paragraph>
      <Facts rows={[...includedRows(plan), ["Next invoice", formatMoment(nextInvoiceAt)]]} />
      <Paragraph>Each invoice that is paid comes as a receipt in a mail of its own.</Paragraph>
    </>,
    action: { label: "Open billing", url },
  }),

  plan_upgraded: ({ from, to, chargedCents, priceCents, nextInvoiceAt, invoiceUrl }, url) => ({
    headline: `${planName(to)} is active`,
    preview: `Upgraded from ${planName(from)}; ${formatMoneyCents(chargedCents)} charged for the rest of this period.`,
    body: <>
      <Paragraph>The workspace was upgraded from {planName(from)} to {planName(to)}, and the new limits hold already. What was used this period stays used. {planName(to)} costs {formatPrice(priceCents)}.</Paragraph>
      <Facts rows={[["Charged for the rest of this period", formatMoneyCents(chargedCents)], ...includedRows(to), ["Next invoice", formatMoment(nextInvoiceAt)]]} />
    </>,
    action: { label: "Open billing", url },
    after: invoiceUrl !== null && <Another label="The invoice" url={invoiceUrl} />,
  }),

  downgrade_scheduled: ({ from, to, at, priceCents, excess }, url) => ({
    headline: `${planName(to)} begins on ${formatDay(at)}`,
    preview: `The workspace stays on ${planName(from)} until then. You can undo it.`,
    body: <>
      <Paragraph>The workspace stays on {planName(from)} until {formatMoment(at)}. Then {planName(to)} begins with these limits, for {formatPrice(priceCents)}.</Paragraph>
      <Facts rows={includedRows(to)} />
      <Paragraph>{excessToCome(excess, to)}</Paragraph>
      <Paragraph>To stay on {planName(from)}, undo the change on the billing page before then.</Paragraph>
    </>,
    action: { label: "Open billing", url },
  }),

  plan_downgraded: ({ from, to, at, priceCents, nextInvoiceAt, excess }, url) => ({
    headline: `${planName(to)} is in force`,
    preview: `It took the place of ${planName(from)} as you asked. Nothing was deleted.`,
    body: <>
      <Paragraph>As you asked, {planName(to)} took the place of {planName(from)} on {formatMoment(at)}. It costs {formatPrice(priceCents)}.</Paragraph>
      <Facts rows={[...includedRows(to), ["Next invoice", formatMoment(nextInvoiceAt)]]} />
      <Paragraph>{excessNow(excess, to)}</Paragraph>
    </>,
    action: { label: "Open billing", url },
  }),

  cancellation_scheduled: ({ plan, endsAt, excess, of }, url) => ({
    headline: `${planName(plan)} ends on ${formatDay(endsAt)}`,
    preview: `The ${of === "trial" ? "trial" : "subscription"} was canceled. Until then you can resume it.`,
    body: <>
      <Paragraph>{CANCELED[of ?? "paid"]}</Paragraph>
      <Paragraph>{of === "unpaid" ? "As long as the unpaid invoice is in its days of grace, or once it is paid, the" : "The"} workspace stays on {planName(plan)} until {formatMoment(endsAt)}. Then it goes to Free, with these limits.</Paragraph>
      <Facts rows={includedRows("free")} />
      <Paragraph>{excessToCome(excess, "free")}</Paragraph>
      <Paragraph>To keep {planName(plan)}, resume the {of === "trial" ? "trial" : "subscription"} on the billing page before then.</Paragraph>
    </>,
    action: { label: "Open billing", url },
  }),

  resumed: ({ plan, undone, priceCents, nextInvoiceAt }, url) => ({
    headline: `${planName(plan)} goes on`,
    preview: `The ${undone} was taken back.`,
    body: <Paragraph>The {undone} was taken back: the workspace stays on {planName(plan)}, for {formatPrice(priceCents)}. The next invoice is made on {formatMoment(nextInvoiceAt)}.</Paragraph>,
    action: { label: "Open billing", url },
  }),

  subscription_ended: ({ plan, endedAt, reason, excess }, url) => ({
    headline: `the ${planName(plan)} subscription has ended`,
    preview: "The workspace is on Free now. Nothing was deleted.",
    body: <>
      <Paragraph>The subscription ended on {formatMoment(endedAt)}{WHY[reason]}. The workspace is on Free now, with these limits.</Paragraph>
      <Facts rows={includedRows("free")} />
      <Paragraph>{excessNow(excess, "free")} You can choose a plan again at any time.</Paragraph>
    </>,
    action: { label: "Choose a plan", url },
  }),
};

const WHY = { canceled: ", as you asked", unpaid: ", because its invoice was not paid", other: "" };
