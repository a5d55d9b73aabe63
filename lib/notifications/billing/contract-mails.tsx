import { Facts, Paragraph } from "@/lib/notifications/design/parts";
import { formatCount, formatMinutesNumber, formatMoneyMicros } from "@/lib/core/format";
import type { ContractTerms } from "@/lib/notifications/billing/schema";
import type { Templates } from "@/lib/notifications/billing/template";
import { excessToCome, formatDay, formatMoment, formatPrice, includedRows, type Row } from "@/lib/notifications/billing/words";

export const CONTRACT_MAILS: Templates<"contract_started" | "contract_changed" | "contract_ends"> = {
  contract_started: ({ terms, startsAt, endsAt }, url) => ({
    headline: "the Enterprise contract is in force",
    preview: `From ${formatMoment(startsAt)} on.`,
    body: <>
      <Paragraph>The terms that we agreed on are in force, from {formatMoment(startsAt)} on. The price is {formatPrice(terms.priceCents)}.</Paragraph>
      <Facts rows={[...termRows(terms), endRow(endsAt)]} />
    </>,
    action: { label: "Open billing", url },
  }),

  contract_changed: ({ terms, at, endsAt }, url) => ({
    headline: "the Enterprise contract was changed",
    preview: `New terms from ${formatMoment(at)} on.`,
    body: <>
      <Paragraph>New terms are in force, from {formatMoment(at)} on. The price is {formatPrice(terms.priceCents)}.</Paragraph>
      <Facts rows={[...termRows(terms), endRow(endsAt)]} />
    </>,
    action: { label: "Open billing", url },
  }),

  contract_ends: ({ endsAt, excess }, url) => ({
    headline: `the Enterprise contract ends on ${formatDay(endsAt)}`,
    preview: "Then the workspace goes to Free, unless you choose a plan or we agree on new terms.",
    body: <>
      <Paragraph>The contract ends on {formatMoment(endsAt)}. Unless you choose a plan or we agree on new terms before, the workspace goes to Free then, with these limits.</Paragraph>
      <Facts rows={includedRows("free")} />
      <Paragraph>{excessToCome(excess, "free")}</Paragraph>
    </>,
    action: { label: "Open billing", url },
  }),
};

function termRows({ minutesMs, apiCalls, modelSpendMicros, overageMicrosPerMinute }: ContractTerms): Row[] {
  return [
    ["Agent-minutes a month", minutesMs === null ? "unlimited" : formatMinutesNumber(minutesMs)],
    ["Model spend a month", modelSpendMicros === null ? "unlimited" : formatMoneyMicros(modelSpendMicros)],
    ["API calls a month", apiCalls === null ? "unlimited" : formatCount(apiCalls)],
    ["Overage", overageMicrosPerMinute === null ? "none" : `${formatMoneyMicros(overageMicrosPerMinute)} a minute`],
  ];
}

function endRow(endsAt: string | null): Row {
  return ["Contract ends", endsAt === null ? "open" : formatMoment(endsAt)];
}
