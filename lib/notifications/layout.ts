/** Subject and both parts of a mail. */
export type MailContent = { subject: string; text: string; html: string };

/** A plain mail: sentences, one button, small print. */
export type ButtonMail = { subject: string; paragraphs: string[]; button: { label: string; url: string }; footer: string };

/** Makes a plain mail with one button from sentences: the text part says the same as the HTML part. */
export async function buttonMail(mail: ButtonMail): Promise<MailContent> {
  const [{ buttonMailTree }, { renderMail }] = await Promise.all([import("@/lib/notifications/design/button-mail"), import("@/lib/notifications/design/render")]);
  return renderMail(buttonMailTree(mail));
}
