import type { MailContent } from "@/lib/notifications/layout";

/** The list of mails. */
export function indexPage(mails: { name: string; subject: string }[]): string {
  return page("Mails", `<h1>Mails</h1><ul>${mails.map(({ name, subject }) => `<li><a href="/${name}">${escape(subject)}</a> <code>${name}</code></li>`).join("")}</ul>`);
}

/** One mail: as a desktop and a phone show it, and its text part. */
export function mailPage(name: string, { subject, text }: MailContent): string {
  const frame = (label: string, width: number): string => `<figure><figcaption>${label}</figcaption><iframe sandbox title="${label}" src="/${name}/html" width="${width}" height="860"></iframe></figure>`;
  return page(subject, `<p><a href="/">All mails</a></p><h1>${escape(subject)}</h1><div class="parts">${frame("Desktop, 680 px", 680)}${frame("Phone, 360 px", 360)}<figure><figcaption>Text</figcaption><pre>${escape(text)}</pre></figure></div>`);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title><style>
:root{color-scheme:light dark}body{font:14px/22px ui-sans-serif,system-ui,sans-serif;margin:24px}h1{font-size:16px}li{margin:4px 0}code{color:gray;margin-left:8px}
.parts{display:flex;flex-wrap:wrap;gap:24px;align-items:flex-start}figure{margin:0;max-width:100%}figcaption{color:gray;margin-bottom:4px}iframe{border:1px solid gray;border-radius:6px;max-width:100%}
pre{border:1px solid gray;border-radius:6px;margin:0;padding:16px;max-width:640px;white-space:pre-wrap;overflow-wrap:anywhere}</style></head><body>${body}</body></html>`;
}

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
