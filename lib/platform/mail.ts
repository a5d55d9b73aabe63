import { createTransport, type Transporter } from "nodemailer";
import { env } from "@/lib/platform/env";
import { processSingleton } from "@/lib/platform/process-singleton";

/** A mail to one person. `messageId` makes a repeated delivery recognisable as the same mail. */
export type Mail = { to: string; subject: string; text: string; html: string; messageId: string };

/** Hands a mail to the SMTP server of `SMTP_URL`. @throws when the server does not take it */
export async function sendMail(mail: Mail): Promise<void> {
  const transport = processSingleton<Transporter>("smtp", () =>
    createTransport({ url: env().SMTP_URL, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }),
  );
  await transport.sendMail({ from: env().MAIL_FROM, to: mail.to, subject: mail.subject, text: mail.text, html: mail.html, messageId: mail.messageId });
}
