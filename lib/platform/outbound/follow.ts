import type { IncomingMessage } from "node:http";
import { OutboundError } from "./error";
import { sendHop, type Hop } from "./hop";
import { readTarget, type createTargetCheck } from "./resolve";

export const DEFAULT_REDIRECTS = 5;
/** What another origin may see of the headers meant for the first one: none that could hold a secret. */
const KEPT_ACROSS_ORIGINS = new Set(["accept", "accept-encoding", "accept-language", "content-type", "idempotency-key", "mcp-protocol-version", "user-agent"]);

/**
 * Sends a request and follows its redirects, each checked like the first.
 * @param maxRedirects null: a redirect is an answer like any other, as with `redirect: "manual"` of fetch
 * @throws OutboundError, or the signal's reason
 */
export async function follow(check: ReturnType<typeof createTargetCheck>, first: Hop, maxRedirects: number | null, signal: AbortSignal): Promise<{ response: IncomingMessage; url: URL }> {
  let hop = first;
  for (let redirects = 0; ; redirects++) {
    const addresses = await orAborted(check(hop.url), signal);
    const response = await sendHop(hop, addresses, signal);
    const { statusCode = 0, headers } = response;
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined || maxRedirects === null) return { response, url: hop.url };
    response.destroy();
    if (redirects >= maxRedirects) throw new OutboundError("too_many_redirects");
    hop = redirected(hop, statusCode, headers.location);
  }
}

/** The request that a redirect asks for, by the rules of fetch. */
function redirected(hop: Hop, status: number, location: string): Hop {
  const url = readTarget(location, hop.url);
  const headers = new Headers(hop.headers);
  if (url.origin !== hop.url.origin) for (const name of [...headers.keys()]) if (!KEPT_ACROSS_ORIGINS.has(name)) headers.delete(name);
  const becomesGet = status === 303 ? !["GET", "HEAD"].includes(hop.method) : status <= 302 && hop.method === "POST";
  if (!becomesGet) return { ...hop, url, headers };
  headers.delete("content-type");
  return { url, method: "GET", headers, body: null };
}

/** Looking up a name cannot be called off; waiting for it can. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
