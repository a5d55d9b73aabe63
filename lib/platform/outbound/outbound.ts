/**
 * The one way out to addresses that tenants choose: tools and webhooks. A name is resolved once a hop, every answer is
 * checked, and the connection is given exactly the checked addresses, so that no second look-up can lead elsewhere.
 */
import type { AllowedTargets } from "@/lib/core/allowed-targets";
import { env } from "@/lib/platform/env";
import { contentOf, headersOf, toOutboundError } from "./content";
import { OutboundError } from "./error";
import { DEFAULT_REDIRECTS, follow } from "./follow";
import type { Hop } from "./hop";
import { createTargetCheck, nameServerResolver, readTarget, systemResolver, type Resolver } from "./resolve";
import { toWebStream } from "./web-stream";

export type OutboundOptions = {
  method: string;
  headers?: HeadersInit;
  body?: string | Uint8Array;
  /** Its reason is what the call rejects with. */
  signal?: AbortSignal;
  /** For everything: looking up, connecting, redirects and the body. */
  timeoutMs: number;
  /** Of the unpacked body. */
  maxBytes: number;
  /** Default: 5. */
  maxRedirects?: number;
};
export type OutboundAnswer = { status: number; headers: Headers; body: Uint8Array; url: string };
export type GuardedFetchOptions = {
  /** Until an answer's head is there; a stream may take longer. */
  timeoutMs: number;
  /** Of one answer, streamed or not. */
  maxBytes: number;
  maxRedirects?: number;
  /** Called before each request, to count it or to refuse by throwing. */
  before?: () => Promise<void>;
};

/** Makes a guard over a resolver and the operator's list. The application has one; tests have several. */
export function createOutbound(resolve: Resolver, allowed: AllowedTargets, resolveListed: Resolver = resolve) {
  const check = createTargetCheck(resolve, allowed, resolveListed);

  async function outboundFetch(url: string, options: OutboundOptions): Promise<OutboundAnswer> {
    const hop = toHop(url, options.method, new Headers(options.headers), options.body ?? null);
    const timeout = timeoutAfter(options.timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout.signal]) : timeout.signal;
    try {
      const { response, url: last } = await follow(check, hop, options.maxRedirects ?? DEFAULT_REDIRECTS, signal);
      if (Number(response.headers["content-length"] ?? 0) > options.maxBytes && response.headers["content-encoding"] === undefined && options.method !== "HEAD") {
        response.destroy();
        throw new OutboundError("too_large");
      }
      const chunks: Buffer[] = [];
      for await (const chunk of contentOf(response, options.maxBytes)) chunks.push(chunk as Buffer);
      return { status: response.statusCode ?? 0, headers: headersOf(response.headers), body: Buffer.concat(chunks), url: last.href };
    } catch (error) {
      options.signal?.throwIfAborted();
      throw timeout.signal.aborted ? new OutboundError("timeout") : toOutboundError(error);
    } finally {
      timeout.clear();
    }
  }

  function guardedFetch(options: GuardedFetchOptions): typeof fetch {
    return async (input, init) => {
      // Before `Request`, which has errors of its own for some of them.
      readTarget(input instanceof Request ? input.url : String(input));
      const request = new Request(input, init);
      await options.before?.();
      const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
      const hop = toHop(request.url, request.method, request.headers, body);
      const timeout = timeoutAfter(options.timeoutMs);
      const maxRedirects = { follow: options.maxRedirects ?? DEFAULT_REDIRECTS, error: 0, manual: null }[request.redirect];
      try {
        const { response } = await follow(check, hop, maxRedirects, AbortSignal.any([request.signal, timeout.signal]));
        const status = response.statusCode ?? 0;
        const content = contentOf(response, options.maxBytes);
        const hasNoBody = request.method === "HEAD" || [204, 205, 304].includes(status);
        // Nobody reads it, nor its errors.
        if (hasNoBody) content.on("error", () => undefined).resume();
        return new Response(hasNoBody ? null : toWebStream(content, request.signal), { status, headers: headersOf(response.headers) });
      } catch (error) {
        request.signal.throwIfAborted();
        throw timeout.signal.aborted ? new OutboundError("timeout") : toOutboundError(error);
      } finally {
        timeout.clear();
      }
    };
  }

  return { outboundFetch, guardedFetch };
}

let application: ReturnType<typeof createOutbound> | undefined;
const outbound = (): ReturnType<typeof createOutbound> => (application ??= createOutbound(nameServerResolver, env().OUTBOUND_ALLOWED, systemResolver));

/**
 * One request to an address that a tenant chose, with its whole answer. A status of 4xx or 5xx is an answer.
 * @throws OutboundError with its reason; the signal's reason once that is aborted
 */
export function outboundFetch(url: string, options: OutboundOptions): Promise<OutboundAnswer> {
  return outbound().outboundFetch(url, options);
}

/** `fetch` behind the same guard, with a streamed body, for libraries that take one. @throws as outboundFetch */
export function guardedFetch(options: GuardedFetchOptions): typeof fetch {
  return outbound().guardedFetch(options);
}

function toHop(address: string, method: string, headers: Headers, body: string | Uint8Array | null): Hop {
  if (!headers.has("user-agent")) headers.set("user-agent", "Stint");
  headers.set("accept-encoding", "identity");
  return { url: readTarget(address), method: method.toUpperCase(), headers, body: typeof body === "string" ? new TextEncoder().encode(body) : body };
}

/** As `AbortSignal.timeout`, but it can be called off. */
function timeoutAfter(ms: number): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new OutboundError("timeout")), ms);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
