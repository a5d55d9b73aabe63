import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { keyDirectory, tellEntry, type DirectoryEntry } from "@/lib/keys/directory";
import { hashKeySecret, isKeySecret } from "@/lib/keys/secret";
import { rateLimitHeaders } from "@/lib/limits/headers";
import { takeLimits, type LimitCheck } from "@/lib/limits/limiter";
import { refusalOf } from "@/lib/limits/refusal";
import { edgeEnv } from "@/lib/platform/env";
import { CLIENT_IP_HEADER, clientIpOf, DIRECTORY_HEADER, PATH_HEADER, QUERY_HEADER, REQUEST_ID_HEADER, withoutInternalHeaders } from "@/lib/http/context";
import { isForeignPost } from "@/lib/http/foreign-post";
import { errorResponse } from "@/lib/http/error-response";
import { refusedPage, wantsPage } from "@/lib/http/refused-page";
import { contentSecurityPolicy, CSP_HEADER, securityHeaders } from "@/lib/http/security-headers";
import { openSession, readSessionCookie } from "@/lib/http/session";

/** Refuse the request with `response`, or pass it on with `requestHeaders` and add `responseHeaders` to its answer. */
export type GateVerdict = { kind: "refuse"; response: Response } | { kind: "pass"; requestHeaders: Headers; responseHeaders: Record<string, string> };

/** Largest body, by its own account; handlers count the bytes that really come. */
const MAX_CONTENT_LENGTH = 8 * 1024 * 1024;

/**
 * The first door of every request, on the edge or in front of the Node server: request id, security headers, limits.
 * It is fast and may be wrong; whatever it lets through is authenticated and counted again behind it.
 */
export async function gate(request: Pick<Request, "url" | "headers"> & { method?: string }): Promise<GateVerdict> {
  const requestId = newId("req");
  const requestHeaders = withoutInternalHeaders(request.headers);
  const ip = clientIpOf(request.headers, edgeEnv().TRUSTED_PROXY_HOPS);
  requestHeaders.set(REQUEST_ID_HEADER, requestId);
  requestHeaders.set(CLIENT_IP_HEADER, ip);
  const { pathname, search } = new URL(request.url);
  const policy = contentSecurityPolicy(pathname);
  const isApi = pathname.startsWith("/api/v1/");
  if (!isApi) {
    // What only pages read. Each header costs Next a detour.
    requestHeaders.set(PATH_HEADER, pathname);
    requestHeaders.set(QUERY_HEADER, search);
    requestHeaders.set(CSP_HEADER, policy);
  }
  const responseHeaders = { "X-Request-Id": requestId, ...securityHeaders(policy) };
  const refuse = (error: AppError, extra: Record<string, string> = {}): GateVerdict => ({
    kind: "refuse",
    response: errorResponse(error, requestId, edgeEnv().APP_URL, { ...responseHeaders, ...extra }),
  });

  // Next's own sign-in routes are called by the browser about once a page; health checks must never be refused.
  if (pathname.startsWith("/api/") && !isApi) return { kind: "pass", requestHeaders, responseHeaders };

  const secret = isApi ? bearer(request.headers) : null;
  const known = await lookUp(secret);
  const { checks, authenticated } = known ? { checks: keyChecks(known), authenticated: true } : await otherChecks(request.headers, secret, isApi, ip);
  const states = await takeLimits(checks);
  const limitHeaders = isApi || authenticated ? rateLimitHeaders(states) : {};
  const refusal = refusalOf(states);
  if (refusal && !isApi && wantsPage(request.headers)) return { kind: "refuse", response: refusedPage(refusal, requestId, { ...responseHeaders, ...limitHeaders }) };
  if (refusal) return refuse(refusal, limitHeaders);
  if (!isApi && isForeignPost(request)) return refuse(new AppError("csrf", "This was sent by a page of another origin. Nothing was changed."), limitHeaders);
  if (secret !== null && !isKeySecret(secret)) {
    return refuse(new AppError("unauthorized", "This is not a Stint API key. Keys begin with `stint_`."), limitHeaders);
  }
  if (Number(request.headers.get("content-length") ?? 0) > MAX_CONTENT_LENGTH) return refuse(new AppError("payload_too_large"), limitHeaders);
  if (secret !== null) requestHeaders.set(DIRECTORY_HEADER, tellEntry(known));
  return { kind: "pass", requestHeaders, responseHeaders: { ...responseHeaders, ...limitHeaders } };
}

function bearer(headers: Headers): string | null {
  const header = headers.get("authorization");
  return header === null ? null : (/^Bearer +(\S+)$/i.exec(header.trim())?.[1] ?? "");
}

async function lookUp(secret: string | null): Promise<DirectoryEntry | null> {
  if (secret === null || !isKeySecret(secret)) return null;
  try {
    return await keyDirectory().read(await hashKeySecret(secret));
  } catch {
    // Without the directory the key is one the edge does not know: anonymous limits, and PostgreSQL decides.
    return null;
  }
}

function keyChecks(known: DirectoryEntry): LimitCheck[] {
  const tenant: LimitCheck = { policy: "tenant", subject: known.tenantId, quota: known.requestsPerMinute };
  return known.keyRequestsPerMinute ? [{ policy: "key", subject: known.keyId, quota: known.keyRequestsPerMinute }, tenant] : [tenant];
}

/** A session that opens is one that we sealed; whether it was ended since is PostgreSQL's to say. A request with a key is not its session's. */
async function otherChecks(headers: Headers, secret: string | null, isApi: boolean, ip: string): Promise<{ checks: LimitCheck[]; authenticated: boolean }> {
  const session = secret === null ? await openSession(readSessionCookie(headers)) : null;
  if (session) return { checks: [{ policy: "user", subject: session.userId }], authenticated: true };
  return { checks: [{ policy: isApi ? "anonymous" : "pages", subject: ip }], authenticated: false };
}
