import { buttonMail, type MailContent } from "@/lib/notifications/layout";

/** The mail whose link signs in. */
export function signInLinkMail(to: { url: string }): Promise<MailContent> {
  return buttonMail({
    subject: "Sign in to Stint",
    paragraphs: ["Hello,", "here is the link that you asked for. It opens a page with one button, which signs you in."],
    button: { label: "Sign in", url: to.url },
    footer: "The link works once and for 30 minutes. If you did not ask for it, ignore this mail: nobody gets in without it.",
  });
}

/** The mail whose link leads to a new password. */
export function resetPasswordMail(to: { url: string }): Promise<MailContent> {
  return buttonMail({
    subject: "Choose a new password",
    paragraphs: ["Hello,", "somebody, probably you, asked for a new password. With this link you choose one; every session of your account ends then."],
    button: { label: "Choose a new password", url: to.url },
    footer: "The link works once and for 30 minutes. If you did not ask for it, ignore this mail: your password stays as it is.",
  });
}

/** The mail for an account that wrong passwords have locked. */
export function unlockMail(to: { url: string }): Promise<MailContent> {
  return buttonMail({
    subject: "Sign-in to your account is locked for a while",
    paragraphs: [
      "Hello,",
      "several wrong passwords were entered for your account, so passwords are not taken for some minutes. If it was you, this link signs you in right away.",
      "If it was not you, nothing was lost: nobody got in. A long password that you use nowhere else, and two-factor authentication, keep it that way.",
    ],
    button: { label: "Unlock and sign in", url: to.url },
    footer: "The link works once and for 30 minutes.",
  });
}

/** The mail for an address that has no account: only its owner learns that. */
export function noAccountMail(to: { signUpUrl: string }): Promise<MailContent> {
  return buttonMail({
    subject: "There is no Stint account for this address",
    paragraphs: ["Hello,", "somebody, probably you, asked to sign in to Stint with this address. It has no account. Perhaps you used another address; otherwise you can create one."],
    button: { label: "Create account", url: to.signUpUrl },
    footer: "If it was not you, ignore this mail.",
  });
}

const CHANGES = {
  password: { subject: "Your password was changed", text: "the password of your Stint account was changed, and every other session was ended." },
  two_factor_on: { subject: "Two-factor authentication is on", text: "two-factor authentication was turned on for your Stint account, and every other session was ended." },
  two_factor_off: { subject: "Two-factor authentication is off", text: "two-factor authentication was turned off for your Stint account. A password alone opens it now." },
  recovery_code: { subject: "A recovery code was used", text: "one of your recovery codes was used to sign in to your Stint account. It does not work again." },
} as const;
export type AccountChange = keyof typeof CHANGES;

/** Tells a user that the way into their account has changed. */
export function accountChangedMail(change: AccountChange, to: { url: string }): Promise<MailContent> {
  const { subject, text } = CHANGES[change];
  return buttonMail({
    subject,
    paragraphs: ["Hello,", text, "If it was you, there is nothing to do. If it was not, choose a new password now and look at your sessions."],
    button: { label: "Look at your account", url: to.url },
    footer: "You get this mail whenever the way into your account changes.",
  });
}
