import { Facts, Paragraph } from "@/lib/notifications/design/parts";
import type { Templates } from "@/lib/notifications/billing/template";
import { formatDay, formatMoment, formatPrice, includedRows, listPrice, planName } from "@/lib/notifications/billing/words";

export const TRIAL_MAILS: Templates<"trial_started" | "trial_ending" | "trial_ended"> = {
  trial_started: ({ plan, trialEndsAt }, url) => ({
    headline: `the ${planName(plan)} trial has started`,
    preview: `Until ${formatMoment(trialEndsAt)}, without a card.`,
    body: <>
      <Paragraph>The workspace has {planName(plan)} to try until {formatMoment(trialEndsAt)}, without a card. A trial has a tenth of the plan’s agent-minutes and model spend and no overage; everything else is as in the plan.</Paragraph>
      <Facts rows={[...includedRows(plan, { trial: true }), ["Trial ends", formatMoment(trialEndsAt)]]} />
      <Paragraph>If no card is added by then, the workspace goes to Free: nothing is charged and nothing is deleted. With a card {planName(plan)} goes on for {formatPrice(listPrice(plan))}.</Paragraph>
    </>,
    action: { label: "Open billing", url },
  }),

  trial_ending: ({ plan, trialEndsAt, hasCard, priceCents }, url) => hasCard
    ? {
      headline: `the ${planName(plan)} trial ends on ${formatDay(trialEndsAt)}`,
      preview: `Then ${planName(plan)} begins, for ${formatPrice(priceCents)}.`,
      body: <>
        <Paragraph>The trial ends on {formatMoment(trialEndsAt)}. Then {planName(plan)} begins with its full limits, and the card on file is charged: {formatPrice(priceCents)}.</Paragraph>
        <Paragraph>If you do not want that, cancel before then. The workspace goes to Free, and nothing is charged or deleted.</Paragraph>
      </>,
      action: { label: "Open billing", url },
    }
    : {
      headline: `the ${planName(plan)} trial ends on ${formatDay(trialEndsAt)}`,
      preview: "There is no card, so the workspace goes to Free then. Nothing is charged or deleted.",
      body: <>
        <Paragraph>The trial ends on {formatMoment(trialEndsAt)}. There is no card, so nothing is charged: the workspace goes to Free, with these limits.</Paragraph>
        <Facts rows={includedRows("free")} />
        <Paragraph>Nothing is deleted. Agents and members that Free has no room for become read-only.</Paragraph>
        <Paragraph>To stay on {planName(plan)}, add a card before then. It costs {formatPrice(priceCents)}, from the end of the trial.</Paragraph>
      </>,
      action: { label: "Add a card", url },
    },

  trial_ended: ({ plan, endedAt }, url) => ({
    headline: `the ${planName(plan)} trial has ended`,
    preview: "The workspace is on Free now. Nothing was charged or deleted.",
    body: <>
      <Paragraph>The trial ended on {formatMoment(endedAt)} without a card, so the workspace is on Free now, with these limits.</Paragraph>
      <Facts rows={includedRows("free")} />
      <Paragraph>Nothing was charged and nothing was deleted. Agents and members that Free has no room for are read-only until you choose a plan that has.</Paragraph>
    </>,
    action: { label: "Choose a plan", url },
  }),
};
