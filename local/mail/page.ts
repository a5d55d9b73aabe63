import type { MessageSummary, StoredMessage } from "./message";

const URL_IN_TEXT = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g;

const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1c1b19; --quiet: #66635c; --line: #dedad1; --accent: #b84300; }
@media (prefers-color-scheme: dark) { :root { --paper: #141311; --ink: #edeae3; --quiet: #9d988d; --line: #34312c; --accent: #ff8a3d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 16px 48px; max-width: 880px; background: var(--paper); color: var(--ink); font: 14px/1.5 "Geist", system-ui, sans-serif; }
h1 { font-size: 24px; font-weight: 600; line-height: 1.3; margin: 16px 0 8px; overflow-wrap: anywhere; }
p, dl { margin: 0 0 16px; color: var(--quiet); }
a { color: inherit; text-decoration-color: var(--accent); text-underline-offset: 3px; }
a:hover { color: var(--accent); }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, time, dd, td.address, pre { font-family: "Geist Mono", ui-monospace, monospace; font-variant-numeric: tabular-nums; }
.ticks { display: flex; gap: 6px; align-items: flex-end; height: 16px; border-bottom: 1px solid var(--ink); width: max-content; padding: 0 2px; }
.ticks i { width: 1px; height: 6px; background: var(--ink); } .ticks i:last-child { height: 14px; width: 2px; background: var(--accent); }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
td, th { height: 36px; padding: 0 8px 0 0; border-bottom: 1px solid var(--line); text-align: left; font-weight: 400; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
th { font-size: 12px; color: var(--quiet); } td.address, time { font-size: 12px; color: var(--quiet); } th:last-child, td:last-child { width: 88px; text-align: right; padding: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; font-size: 12px; } dd { margin: 0; overflow-wrap: anywhere; } dd time { font-size: inherit; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 6px; padding: 16px; margin: 0 0 24px; }
h2 { font-size: 12px; font-weight: 400; color: var(--quiet); margin: 0 0 8px; }
iframe { width: 100%; height: 60vh; border: 1px solid var(--line); border-radius: 6px; background: #fff; }
@media (max-width: 560px) { .address { display: none; } }
`;

/** The page that lists messages, newest first. It loads itself again every few seconds. */
export function renderList(messages: MessageSummary[]): string {
  const rows = messages.map(
    (message) => `<tr><td><a href="/messages/${escape(message.id)}">${escape(message.subject || "(no subject)")}</a></td>
<td class="address">${escape(message.to.join(", "))}</td><td>${time(message.received_at, "short")}</td></tr>`,
  );
  const table = `<table><thead><tr><th>Subject</th><th class="address">To</th><th>UTC</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
  const body = `${TICKS}<h1>Mail</h1>
<p>Messages that this copy of Stint has sent. None of them left the machine.</p>
${messages.length === 0 ? "<p>No message yet. Sign up, and the mail with the link arrives here.</p>" : table}`;
  return page("Mail", body, '<meta http-equiv="refresh" content="5">');
}

/** The page of one message. Its HTML is shown in a frame that runs no script and loads nothing. */
export function renderMessage(message: StoredMessage): string {
  const frame = message.html === null ? "" : `<h2>HTML</h2><iframe title="HTML part" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escape(`<base target="_blank">${message.html}`)}"></iframe>`;
  const body = `${TICKS}<p style="margin-top:16px"><a href="/">All mail</a></p>
<h1>${escape(message.subject || "(no subject)")}</h1>
<dl><dt>From</dt><dd>${escape(message.from)}</dd><dt>To</dt><dd>${escape(message.to.join(", "))}</dd><dt>Received</dt><dd>${time(message.received_at, "long")}</dd></dl>
<h2>Text</h2><pre>${linkText(message.text)}</pre>
${frame}`;
  return page(message.subject || "(no subject)", body);
}

/** A page that says one thing. */
export function renderNotice(title: string, text: string): string {
  return page(title, `${TICKS}<h1>${escape(title)}</h1><p>${escape(text)}</p><p><a href="/">All mail</a></p>`);
}

const TICKS = '<div class="ticks" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>';

function page(title: string, body: string, head = ""): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer"><title>${escape(title)} · Stint mail</title>${head}<style>${STYLE}</style></head><body>${body}</body></html>`;
}

function linkText(text: string): string {
  let html = "";
  let at = 0;
  for (const match of text.matchAll(URL_IN_TEXT)) {
    const url = escape(match[0]);
    html += `${escape(text.slice(at, match.index))}<a href="${url}" rel="noreferrer noopener">${url}</a>`;
    at = match.index + match[0].length;
  }
  return html + escape(text.slice(at));
}

function time(iso: string, form: "short" | "long"): string {
  const shown = form === "short" ? iso.slice(11, 19) : `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  return `<time datetime="${escape(iso)}" title="${escape(iso)}">${escape(shown)}</time>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
