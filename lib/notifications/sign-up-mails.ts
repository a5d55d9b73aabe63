import { buttonMail, type MailContent } from "@/lib/notifications/layout";

// Neither mail carries the name that was typed in: whoever types it could write to strangers in our name.

/** The mail whose link turns a sign-up into an account. */
export function confirmSignUpMail(to: { url: string }): Promise<MailContent> {
  return buttonMail({
    subject: "Confirm your Stint account",
    paragraphs: ["Hello,", "one click confirms this address, signs you in and lets you name your workspace."],
    button: { label: "Confirm and sign in", url: to.url },
    footer: "The link works once and for 24 hours. If you did not ask for an account, ignore this mail: nothing was created.",
  });
}

/** The mail for an address that has an account already. */
export function accountExistsMail(to: { signInUrl: string }): Promise<MailContent> {
  return buttonMail({
    subject: "You already have a Stint account",
    paragraphs: ["Hello,", "somebody, probably you, asked for a Stint account with this address. It has one already; nothing was changed."],
    button: { label: "Sign in", url: to.signInUrl },
    footer: "If it was not you, ignore this mail.",
  });
}
