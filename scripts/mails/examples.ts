/** Every mail of the product with example data. */
import { accountChangedMail, noAccountMail, resetPasswordMail, signInLinkMail, unlockMail } from "@/lib/notifications/account-mails";
import { alertMail } from "@/lib/notifications/alert-mails";
import { renderBillingMail } from "@/lib/notifications/billing/render";
import { invitationMail } from "@/lib/notifications/invitation-mails";
import { keyExpiresMail } from "@/lib/notifications/key-mails";
import type { MailContent } from "@/lib/notifications/layout";
import { accountExistsMail, confirmSignUpMail } from "@/lib/notifications/sign-up-mails";
import { tenantDeletionMail } from "@/lib/notifications/tenant-mails";
import { webhookDisabledMail } from "@/lib/notifications/webhook-mails";
import { BILLING_EXAMPLES } from "@/scripts/mails/billing-examples";

/** Nobody's address: links of the preview lead nowhere. */
export const EXAMPLE_URL = "https://stint.example";
const WORKSPACE = "Carrow Mill";
const link = (path: string): { url: string } => ({ url: `${EXAMPLE_URL}${path}` });
const AT = new Date("2026-12-01T14:05:00Z");

/** A mail by name. Names are unique. */
export type Example = { name: string; render: () => Promise<MailContent> };

const ACCOUNT: Example[] = [
  { name: "confirm_sign_up", render: () => confirmSignUpMail(link("/welcome?token=example")) },
  { name: "account_exists", render: () => accountExistsMail({ signInUrl: `${EXAMPLE_URL}/sign-in` }) },
  { name: "sign_in_link", render: () => signInLinkMail(link("/sign-in/link?token=example")) },
  { name: "reset_password", render: () => resetPasswordMail(link("/reset-password?token=example")) },
  { name: "unlock", render: () => unlockMail(link("/sign-in/link?token=example")) },
  { name: "no_account", render: () => noAccountMail({ signUpUrl: `${EXAMPLE_URL}/sign-up` }) },
  ...(["password", "two_factor_on", "two_factor_off", "recovery_code"] as const).map((change) => ({ name: `account_changed-${change}`, render: () => accountChangedMail(change, link("/account/security")) })),
];

const WORKSPACES: Example[] = [
  { name: "invitation", render: () => invitationMail({ workspace: WORKSPACE, inviter: "Ada Miller", role: "developer", days: 7, ...link("/invite?token=example") }) },
  { name: "key_expires", render: () => keyExpiresMail({ name: "Production", prefix: "stint_7f3k", endsAt: AT, ...link("/t/carrow-mill/keys") }) },
  {
    name: "usage_alert",
    render: () => alertMail({
      workspace: WORKSPACE, title: "80 % of the period’s agent-minutes are used", figure: "802 of 1,000 min", now: "At 100 % new runs are refused and running ones are stopped.", periodEnd: AT,
      ...link("/t/carrow-mill/caps"),
    }),
  },
  { name: "tenant_deletion", render: () => tenantDeletionMail({ name: WORKSPACE, askedBy: "Ada Miller", deleteAfter: AT, ...link("/t/carrow-mill") }) },
  { name: "webhook_disabled", render: () => webhookDisabledMail({ host: "hooks.carrow-mill.example", gone: false, ...link("/t/carrow-mill/webhooks/whk_1") }) },
];

const BILLING: Example[] = BILLING_EXAMPLES.map((mail, at) => {
  const earlier = BILLING_EXAMPLES.slice(0, at).filter(({ kind }) => kind === mail.kind).length;
  return { name: earlier === 0 ? mail.kind : `${mail.kind}-${earlier + 1}`, render: () => renderBillingMail(mail, { workspace: WORKSPACE, ...link("/t/carrow-mill/billing") }) };
});

export const EXAMPLES: readonly Example[] = [...ACCOUNT, ...WORKSPACES, ...BILLING];
