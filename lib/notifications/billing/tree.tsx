import { foreignName } from "@/lib/notifications/foreign-name";
import { CONTRACT_MAILS } from "@/lib/notifications/billing/contract-mails";
import { INVOICE_MAILS } from "@/lib/notifications/billing/invoice-mails";
import { PAYMENT_MAILS } from "@/lib/notifications/billing/payment-mails";
import { PLAN_MAILS } from "@/lib/notifications/billing/plan-mails";
import type { BillingContext } from "@/lib/notifications/billing/render";
import type { BillingMail, BillingMailKind, BillingMailOf } from "@/lib/notifications/billing/schema";
import type { BillingParts, Templates } from "@/lib/notifications/billing/template";
import { TRIAL_MAILS } from "@/lib/notifications/billing/trial-mails";
import { Action, Aside, Title } from "@/lib/notifications/design/parts";
import type { MailTree } from "@/lib/notifications/design/render";

/** One template a kind: the type checker refuses a kind without one. */
const TEMPLATES: Templates<BillingMailKind> = { ...TRIAL_MAILS, ...PLAN_MAILS, ...PAYMENT_MAILS, ...INVOICE_MAILS, ...CONTRACT_MAILS };

/** The same kind on both sides: what a template takes and what it is given. */
type MailsByKind = { [K in BillingMailKind]: BillingMailOf<K> };
function partsOf<K extends BillingMailKind>(kind: K, mail: MailsByKind[K], url: string): BillingParts {
  return TEMPLATES[kind](mail, url);
}

/** A billing mail with its workspace. The name is the customer's own and may hold anything: it stands here as `foreignName` leaves it. */
export function billingMailTree(mail: BillingMail, { workspace, url }: BillingContext): MailTree {
  const { headline, preview, body, action, after } = partsOf(mail.kind, mail, url);
  const [name, title] = [foreignName(workspace), capitalise(headline)];
  return {
    subject: name ? `${name}: ${headline}` : title,
    preview,
    body: <>
      <Title>{title}</Title>
      {name && <Aside>Workspace {name}</Aside>}
      {body}
      <Action {...action} />
      {after}
    </>,
    footer: mail.kind === "dispute_opened" ? "You get this mail because you own the workspace." : "You get this mail because you own the workspace or look after its billing.",
    url: action.url,
  };
}

function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
