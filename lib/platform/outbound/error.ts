/** Why nothing came of a request to an address that a tenant chose. */
export type OutboundReason =
  | "invalid_url" | "forbidden_address" | "dns_failed" | "connection_failed" | "timeout" | "too_large" | "too_many_redirects" | "egress_limited";

const WORDS: Record<OutboundReason, string> = {
  invalid_url: "The address is not one that can be called: use http or https, without a user name or password in it.",
  forbidden_address: "The address leads into a network that may not be called from here.",
  dns_failed: "The host name could not be resolved.",
  connection_failed: "The server could not be reached, or broke the connection.",
  timeout: "The server did not answer in time.",
  too_large: "The answer is larger than allowed.",
  too_many_redirects: "The server redirected too often.",
  egress_limited: "Too many requests to other servers in the last minute.",
};

/**
 * A request that did not go out, or whose answer could not be taken. The message is for people and models: it holds no
 * resolved address. What happened inside is the cause.
 */
export class OutboundError extends Error {
  constructor(readonly reason: OutboundReason, options: { cause?: unknown } = {}) {
    super(WORDS[reason], options);
    this.name = "OutboundError";
  }
}
