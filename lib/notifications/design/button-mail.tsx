import { Action, Paragraph } from "@/lib/notifications/design/parts";
import type { MailTree } from "@/lib/notifications/design/render";
import type { ButtonMail } from "@/lib/notifications/layout";

/** A greeting, some paragraphs and one button. An inbox shows what comes after the greeting. */
export function buttonMailTree({ subject, paragraphs, button, footer }: ButtonMail): MailTree {
  const body = <>{paragraphs.map((paragraph, at) => <Paragraph key={at}>{paragraph}</Paragraph>)}<Action {...button} /></>;
  return { subject, preview: paragraphs[1] ?? subject, body, footer, url: button.url };
}
