/**
 * One tree, two parts: what React Email makes of a mail is its HTML part, and the text part is read off that.
 * React, React Email and html-to-text are large; who sends mails loads this module when there is one to send.
 */
import { render, toPlainText } from "@react-email/render";
import type { ReactNode } from "react";
import { MailFrame } from "@/lib/notifications/design/frame";
import type { MailContent } from "@/lib/notifications/layout";

/** A mail before it is rendered. `url` is where its button leads. */
export type MailTree = { subject: string; preview: string; body: ReactNode; footer: string; url: string };

/** What html-to-text hands to a formatter. The package has no types. */
type Anchor = { attribs?: { href?: string }; children: unknown[] };
type Walk = (nodes: unknown[], builder: Builder) => void;
type Builder = {
  openBlock(options: { leadingLineBreaks: number }): void;
  closeBlock(options: { trailingLineBreaks: number }): void;
  addInline(text: string, options?: { noWordTransform: boolean }): void;
  addLineBreak(): void;
};

/** Every address stands on a line of its own under what it leads to, whole, so that any program finds its end. */
function formatLink(link: Anchor, walk: Walk, builder: Builder): void {
  builder.openBlock({ leadingLineBreaks: 2 });
  walk(link.children, builder);
  builder.addInline(":");
  builder.addLineBreak();
  builder.addInline(link.attribs?.href ?? "", { noWordTransform: true });
  builder.closeBlock({ trailingLineBreaks: 2 });
}

const AS_TEXT = {
  formatters: { link: formatLink },
  selectors: [
    { selector: "h1", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 2 } },
    { selector: "a", format: "link" },
    { selector: "table.facts", format: "block", options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: "tr.fact", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: "td.label", format: "inlineSurround", options: { suffix: ": " } },
    { selector: "td.value", format: "inline" },
  ],
};

/** Renders both parts of a mail. */
export async function renderMail(mail: MailTree): Promise<MailContent> {
  const subject = oneLine(mail.subject);
  const html = await render(<MailFrame {...mail} subject={subject}>{mail.body}</MailFrame>);
  return { subject, html, text: toPlainText(html, AS_TEXT).trim() };
}

/** A subject is a header: what somebody else chose must not end it. */
function oneLine(subject: string): string {
  return subject.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
}
