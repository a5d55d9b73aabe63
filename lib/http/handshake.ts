import { cookies, headers } from "next/headers";
import { AppError } from "@/lib/core/errors";
import { ownPath } from "@/lib/core/own-path";
import { edgeEnv } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { reportError } from "@/lib/platform/report-error";
import { takeLimits } from "@/lib/limits/limiter";
import type { Origin } from "@/lib/users/events";
import { linkIdentity, userOfOtherAccount, type OtherAccount } from "@/lib/users/identities";
import { PROVIDER_NAMES, type Provider } from "@/lib/users/schema";
import { userOfSession } from "@/lib/users/sessions";
import { askNextAuth } from "@/lib/http/ask-next-auth";
import { handshakeCookie, handshakeCookies, handshakeOptions } from "@/lib/http/auth-options";
import { originOf } from "@/lib/http/context";
import { openIntent, sealIntent, type HandshakePurpose } from "@/lib/http/handshake-intent";
import type { HandshakeProblem } from "@/lib/http/handshake-problem";
import { publicOrigin } from "@/lib/http/origin";
import { currentSession } from "@/lib/http/session-cookies";
import { signInBrowser } from "@/lib/http/sign-in";
import { configuredProviders } from "@/lib/http/sign-in-providers";

/** Where the accounts elsewhere of somebody signed in are shown. */
const ACCOUNT_PAGE = "/account/security";

/**
 * Begins a handshake and says where the browser goes: to the provider. Only inside a server action, whose comparison of
 * origins keeps other sites from beginning one.
 * @throws AppError `not_found` when the installation is not set up for the provider, `unavailable` when it does not answer
 */
export async function beginHandshake(provider: Provider, purpose: HandshakePurpose): Promise<string> {
  const name = PROVIDER_NAMES[provider];
  if (!configuredProviders().includes(provider)) throw new AppError("not_found", `${name} is not set up here. Sign in another way.`);
  const options = handshakeOptions(provider, () => Promise.reject(new Error("nobody arrives at the beginning")));
  // next-auth has a token of its own against forged requests and wants it back; the two calls hand it over.
  const token = await askNextAuth(options, { method: "GET", path: ["csrf"], cookies: {} });
  const begun = await askNextAuth(options, { method: "POST", path: ["signin", provider], body: tokenOf(token.body), cookies: token.cookies });
  const state = begun.location ? new URL(begun.location, publicOrigin()).searchParams.get("state") : null;
  if (!begun.location || !state) throw new AppError("unavailable", `${name} does not answer at the moment. Try again in a minute, or sign in another way.`);
  const jar = await cookies();
  for (const { name: kept, options: attributes } of Object.values(handshakeCookies())) {
    jar.set(kept, begun.cookies[kept] ?? "", { ...attributes, ...(begun.cookies[kept] ? {} : { maxAge: 0 }) });
  }
  const safe = purpose.kind === "sign_in" ? { ...purpose, next: purpose.next && ownPath(purpose.next, publicOrigin()) } : purpose;
  const intent = handshakeCookie("intent");
  jar.set(intent.name, await sealIntent({ provider, state, purpose: safe }), intent.options);
  return begun.location;
}

/** Ends a handshake: the provider has sent the browser back. Always an answer that leads to a page of ours. */
export async function finishHandshake(request: Request, provider: Provider): Promise<Response> {
  const origin = originOf(await headers(), edgeEnv().TRUSTED_PROXY_HOPS);
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const [limit] = await takeLimits([{ policy: "sign_in_elsewhere", subject: origin.ip }]);
  const path = limit?.allowed ? await landAfter(provider, query, origin) : problemPath("too_many", provider, "/sign-in");
  return new Response(null, { status: 303, headers: { location: new URL(path, publicOrigin()).href, "cache-control": "no-store", "referrer-policy": "no-referrer" } });
}

async function landAfter(provider: Provider, query: Record<string, string>, origin: Origin): Promise<string> {
  const kept = await takeHandshakeCookies();
  const intent = await openIntent(kept[handshakeCookie("intent").name]);
  // next-auth compares the state with its own cookie; that the purpose is this handshake's and no earlier one's is ours to see.
  if (!intent || intent.provider !== provider || intent.state !== query.state) return problemPath("expired", provider, "/sign-in");
  const from = intent.purpose.kind === "link" ? ACCOUNT_PAGE : "/sign-in";
  let path: string | null = null;
  const options = handshakeOptions(provider, async (account) => (path = await arrive(account, intent.purpose, origin)));
  await askNextAuth(options, { method: "GET", path: ["callback", provider], query, cookies: kept });
  return path ?? problemPath(query.error === "access_denied" ? "canceled" : "failed", provider, from);
}

/** Signs in, or links, whoever came back, and says where the browser goes. Never throws: next-auth would show what was thrown. */
async function arrive(account: OtherAccount, purpose: HandshakePurpose, origin: Origin): Promise<string> {
  const { provider } = account;
  const from = purpose.kind === "link" ? ACCOUNT_PAGE : "/sign-in";
  try {
    return purpose.kind === "link" ? await linkTo(purpose, account, origin) : await signIn(account, purpose.next, origin);
  } catch (error) {
    if (!(error instanceof AppError)) reportError(error, { request_id: origin.requestId, route: "GET /api/auth/callback" });
    else log().warn({ err: error.cause ?? error, request_id: origin.requestId, provider }, error.message);
    return problemPath("ours", provider, from);
  }
}

async function signIn(account: OtherAccount, next: string | null, origin: Origin): Promise<string> {
  const outcome = await userOfOtherAccount(account, origin);
  if (outcome.kind !== "user") return problemPath(outcome.kind, account.provider, "/sign-in");
  return signInBrowser(outcome.user, account.provider, origin, next);
}

async function linkTo(purpose: { userId: string; sessionId: string }, account: OtherAccount, origin: Origin): Promise<string> {
  const session = await currentSession();
  const same = session !== null && session.userId === purpose.userId && session.sessionId === purpose.sessionId;
  if (!same || !(await userOfSession(session))) return problemPath("session_ended", account.provider, "/sign-in");
  const outcome = await linkIdentity(purpose.userId, account, origin);
  return outcome === "linked" ? ACCOUNT_PAGE : problemPath(outcome, account.provider, ACCOUNT_PAGE);
}

function problemPath(problem: HandshakeProblem, provider: Provider, page: string): string {
  return `${page}?${new URLSearchParams({ error: problem, provider })}`;
}

/** What the browser kept for this handshake; it is good for one. */
async function takeHandshakeCookies(): Promise<Record<string, string>> {
  const jar = await cookies();
  const kept: Record<string, string> = {};
  for (const { name, options } of [...Object.values(handshakeCookies()), handshakeCookie("intent")]) {
    const value = jar.get(name)?.value;
    if (value === undefined) continue;
    kept[name] = value;
    jar.set(name, "", { ...options, maxAge: 0 });
  }
  return kept;
}

function tokenOf(body: unknown): { csrfToken: string } {
  const token = typeof body === "object" && body !== null && "csrfToken" in body ? body.csrfToken : null;
  if (typeof token !== "string") throw new Error("next-auth gave no token");
  return { csrfToken: token };
}
