import type { AppError } from "@/lib/core/errors";
import { inWords } from "@/lib/limits/refusal";
import { CSP_HEADER } from "@/lib/http/security-headers";

/** True when a person waits for a page: a browser that opens an address or sends a form. */
export function wantsPage(headers: Headers): boolean {
  return headers.get("accept")?.includes("text/html") ?? false;
}

/** What a person sees whom a limit refused a page: all of it in one answer, without a script or a file of the build. Runs on the edge. */
export function refusedPage(error: AppError, requestId: string, headers: Record<string, string>): Response {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const retryAfterS = error.retryAfterS ?? 1;
  return new Response(pageOf(retryAfterS, requestId, nonce), {
    status: error.status,
    headers: {
      ...headers,
      [CSP_HEADER]: `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Retry-After": String(retryAfterS),
    },
  });
}

/** The colours are those of app/globals.css; nothing in it comes from the request. */
function pageOf(retryAfterS: number, requestId: string, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Too many requests · Stint</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#faf9f5, #11100e); color: light-dark(#1a1814, #f3f0e9); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: 20vh 24px 48px; }
h1 { margin: 0 0 8px; font-size: 24px; line-height: 1.25; font-weight: 600; }
p { margin: 0 0 16px; color: light-dark(#57524a, #b3ada1); }
code { font: 12px/1.5 ui-monospace, monospace; color: light-dark(#6c665c, #989184); overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>Too many requests</h1>
<p>More pages were asked for from here than we serve in a minute. Nothing of yours was changed or lost. Load this page again in ${inWords(retryAfterS)}.</p>
<p><code>429 · ${requestId}</code></p>
</main>
</body>
</html>
`;
}
