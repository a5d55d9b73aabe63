import { edgeEnv, isDevelopment } from "@/lib/platform/env";

/** Request header in which Next finds the nonce for the scripts and styles it renders. Inbound copies are overwritten. */
export const CSP_HEADER = "Content-Security-Policy";

/** Nothing in an API's answer is ever rendered, so nothing in it may load, run or be framed. */
const API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** SHA-256 of `display:none`: how React keeps a part of a drawing out of sight until it streams into its place. No other style may stand in an attribute. */
const HIDDEN_STYLE = "'sha256-aqNNdDLnnrDOnTNdkJpYlAxKVJtLt9CtFLklmInuUAE='";

/** Headers that every answer of the product carries. Runs on the edge. */
export function securityHeaders(policy: string): Record<string, string> {
  const headers: Record<string, string> = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    [CSP_HEADER]: policy,
  };
  if (isHttps()) headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains";
  return headers;
}

/** The content security policy of a path's answer. A page's has a nonce of its own, good for one answer. */
export function contentSecurityPolicy(pathname: string): string {
  // The pages that next-auth itself renders for its sign-in routes are pages.
  return pathname.startsWith("/api/") && !pathname.startsWith("/api/auth/") ? API_POLICY : pagePolicy(makeNonce());
}

function pagePolicy(nonce: string): string {
  const { SENTRY_DSN: reportsTo } = edgeEnv();
  const directives = [
    "default-src 'self'",
    // A script with the nonce may load more of the build's own; without it, inline or not, nothing runs.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    ...(isDevelopment ? ["style-src 'self' 'unsafe-inline'"] : [`style-src 'self' 'nonce-${nonce}'`, `style-src-attr 'unsafe-hashes' ${HIDDEN_STYLE}`]),
    "img-src 'self' data:",
    "font-src 'self'",
    ["connect-src 'self'", ...(reportsTo ? [new URL(reportsTo).origin] : [])].join(" "),
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
  ];
  if (isHttps()) directives.push("upgrade-insecure-requests");
  return directives.join("; ");
}

function makeNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}

function isHttps(): boolean {
  return edgeEnv().APP_URL.startsWith("https://");
}
