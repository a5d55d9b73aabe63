import type { ServerResponse } from "node:http";

const STYLE = `
:root { color-scheme: light dark; --paper: light-dark(#faf9f5, #11100e); --surface: light-dark(#fff, #191815); --sunken: light-dark(#f2f0ea, #22201c); --ink: light-dark(#1a1814, #f3f0e9); --muted: light-dark(#57524a, #b3ada1);
  --line: light-dark(#e6e2d9, #2c2924); --control: light-dark(#918a7d, #6f695e); --accent: light-dark(#ff5f1f, #ff6d33); --accent-ink: light-dark(#b53c05, #ff8f5e); --accent-wash: light-dark(#fff0e8, #2e1a10);
  --ok: light-dark(#17693b, #6bcf95); --ok-wash: light-dark(#e6f3ea, #12291c); --bad: light-dark(#ad241c, #ff9086); --bad-wash: light-dark(#fbeae7, #351613); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.5 "Geist", system-ui, sans-serif; }
.notice { background: var(--accent-wash); border-bottom: 1px solid var(--line); padding: 8px 16px; text-align: center; font-size: 12px; }
main { margin: 0 auto; padding: 24px 16px 48px; max-width: 880px; }
.narrow { max-width: 480px; }
.ticks { display: flex; gap: 6px; align-items: flex-end; height: 16px; border-bottom: 1px solid var(--ink); width: max-content; padding: 0 2px; margin-bottom: 16px; }
.ticks i { width: 1px; height: 6px; background: var(--ink); } .ticks i:last-child { height: 14px; width: 2px; background: var(--accent); }
h1 { font-size: 24px; font-weight: 600; line-height: 1.3; margin: 0 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 16px; font-weight: 600; margin: 0 0 12px; }
p { margin: 0 0 16px; } .quiet { color: var(--muted); } small, .small { font-size: 12px; color: var(--muted); }
a { color: var(--accent-ink); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.money, td.number, .mono { font-family: "Geist Mono", ui-monospace, monospace; font-variant-numeric: tabular-nums; }
.big { font-size: 32px; font-weight: 600; line-height: 1.2; margin: 0 0 16px; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 32px 48px; align-items: start; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 16px; margin: 0 0 16px; }
table { width: 100%; border-collapse: collapse; } th, td { text-align: left; font-weight: 400; padding: 8px 8px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th.number, td.number { text-align: right; padding-right: 0; white-space: nowrap; overflow-wrap: normal; } tr.total td { font-weight: 600; border-bottom: 0; } thead th { font-size: 12px; color: var(--muted); }
label, legend { display: block; font-size: 12px; font-weight: 500; margin: 0 0 4px; padding: 0; } fieldset { border: 0; margin: 0 0 16px; padding: 0; min-width: 0; }
input:not([type=radio]), select { display: block; width: 100%; height: 40px; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--control); border-radius: 6px; padding: 0 12px; margin: 0 0 12px; }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: 0 12px; }
.choice { display: flex; gap: 12px; align-items: flex-start; border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; margin: 0 0 8px; font-size: 14px; font-weight: 400; cursor: pointer; }
.choice:has(:checked) { border-color: var(--accent); background: var(--accent-wash); } .choice input { margin: 4px 0 0; accent-color: var(--accent); } .choice small { display: block; }
button { font: inherit; font-weight: 500; height: 40px; padding: 0 16px; border-radius: 6px; border: 1px solid var(--control); background: var(--surface); color: var(--ink); cursor: pointer; }
button.primary { width: 100%; height: 44px; background: var(--accent); border-color: var(--accent); color: #1c0d04; } button.plain { height: 32px; padding: 0 12px; font-size: 12px; }
.bad { background: var(--bad-wash); color: var(--bad); border-radius: 6px; padding: 10px 12px; } .good { background: var(--ok-wash); color: var(--ok); border-radius: 6px; padding: 10px 12px; }
.badge { display: inline-block; font-size: 12px; border: 1px solid var(--line); border-radius: 6px; padding: 0 8px; }
form + p, table + p { margin-top: 16px; }
@media (max-width: 680px) { .columns { grid-template-columns: 1fr; } .row { grid-template-columns: 1fr; } }
`;

/** A page of the sandbox. `body` is HTML; everything in it that came from outside has to be escaped. */
export function renderPage(title: string, body: string, isNarrow = false): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Stint sandbox</title><style>${STYLE}</style></head><body><div class="notice" role="note">This is Stint's payment sandbox. No money moves, and no card is real.</div>
<main${isNarrow ? ' class="narrow"' : ""}><div class="ticks" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>${body}</main></body></html>`;
}

export function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'" }).end(html);
}

/** Sends the browser on after a form. */
export function redirect(response: ServerResponse, to: string): void {
  response.writeHead(303, { location: to, "cache-control": "no-store" }).end();
}

export function renderNotice(title: string, text: string, link?: { to: string; words: string }): string {
  return renderPage(title, `<h1>${escapeHtml(title)}</h1><p class="quiet">${escapeHtml(text)}</p>${link ? `<p><a href="${escapeHtml(link.to)}">${escapeHtml(link.words)}</a></p>` : ""}`, true);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
