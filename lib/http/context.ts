import { newId } from "@/lib/core/ids";

/** Header in which the gate hands its request id to the handler behind it. Inbound copies are stripped at the gate. */
export const REQUEST_ID_HEADER = "x-stint-request-id";
/** Set by the gate to the limits that it applied to a key, so that the handler corrects the key directory where it is behind. */
export const DIRECTORY_HEADER = "x-stint-directory";
/** Set by the gate to the path that was asked for, so that signing in can lead back to it. */
export const PATH_HEADER = "x-stint-path";
/** Set by the gate to the query that was asked with, so that a page that moved can be led to whole. */
export const QUERY_HEADER = "x-stint-query";
/** Set by the gate to the address that it counted limits for. */
export const CLIENT_IP_HEADER = "x-stint-client-ip";

/** The request's id: the gate's, or a new one when the handler was reached without it. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get(REQUEST_ID_HEADER);
  return given && /^req_[0-9a-z]{26}$/.test(given) ? given : newId("req");
}

/**
 * The client's address. `X-Forwarded-For` is believed only as far as trusted proxies wrote it: with `hops` proxies in
 * front the address is the one that the outermost of them saw. Without any, our own server has put the socket's
 * address there (scripts/server.ts).
 */
export function clientIpOf(headers: Headers, hops: number): string {
  const chain = (headers.get("x-forwarded-for") ?? "").split(",").map((part) => part.trim()).filter(Boolean);
  const ip = chain.at(-Math.max(1, hops)) ?? chain[0] ?? "unknown";
  // A socket that takes both families writes IPv4 inside IPv6.
  return ip.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** Where a request comes from, as account events and sessions record it. */
export function originOf(headers: Headers, hops: number): { ip: string; requestId: string; userAgent: string } {
  return { ip: clientIpOf(headers, hops), requestId: requestIdOf(headers), userAgent: headers.get("user-agent") ?? "" };
}

/** Headers of an incoming request without everything that only the platform itself may set. */
export function withoutInternalHeaders(headers: Headers): Headers {
  const clean = new Headers(headers);
  for (const name of [...clean.keys()]) if (name.startsWith("x-stint-")) clean.delete(name);
  return clean;
}
