/** Subject and both parts of a mail. */
export type MailContent = { subject: string; text: string; html: string };

/** Makes a plain mail with one button from sentences: the text part says the same as the HTML part. */
export function buttonMail(mail: { subject: string; paragraphs: string[]; button: { label: string; url: string }; footer: string }): MailContent {
  const { subject, paragraphs, button, footer } = mail;
  const text = [...paragraphs, `${button.label}: ${button.url}`, footer].join("\n\n");
  const html = `<!doctype html><html lang="en"><body style="margin:0;background:#faf9f7;color:#1b1a18;font:14px/22px ui-sans-serif,system-ui,sans-serif">
<div style="max-width:520px;margin:0 auto;padding:32px 24px">
<p style="margin:0 0 24px;font-weight:600;letter-spacing:.01em">||||<span style="font-weight:700">|</span> stint</p>
${paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${escapeHtml(paragraph)}</p>`).join("\n")}
<p style="margin:24px 0"><a href="${escapeHtml(button.url)}" style="display:inline-block;background:#1b1a18;color:#fff;padding:10px 16px;border-radius:6px;text-decoration:none">${escapeHtml(button.label)}</a></p>
<p style="margin:0 0 16px;color:#6b6862;font-size:12px;line-height:18px">${escapeHtml(footer)}<br><br>The button does not work? Copy this address:<br>${escapeHtml(button.url)}</p>
</div></body></html>`;
  return { subject, text, html };
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
