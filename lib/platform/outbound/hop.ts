import type { LookupAddress } from "node:dns";
import { request as requestHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { OutboundError } from "./error";

/** One request to one server: what a redirect makes another of. */
export type Hop = { url: URL; method: string; headers: Headers; body: Uint8Array | null };

/** Headers that belong to the connection, which is ours. */
const OF_THE_CONNECTION = new Set(["connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

/** Gives a connection exactly these addresses: the name is not looked up again, so that no second answer can differ. */
function pinTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all || !first) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

/**
 * Sends one request over a connection of its own to one of the given addresses and returns once the answer's head is there.
 * @throws OutboundError `connection_failed`, or the signal's reason
 */
export function sendHop({ url, method, headers, body }: Hop, addresses: readonly LookupAddress[], signal: AbortSignal): Promise<IncomingMessage> {
  const sent: Record<string, string> = {};
  for (const [name, value] of headers) if (!OF_THE_CONNECTION.has(name)) sent[name] = value;
  if (body) sent["content-length"] = String(body.byteLength);
  // No agent: a connection that was opened for another check must not be used again.
  const options: RequestOptions = { method, headers: sent, agent: false, lookup: pinTo(addresses), signal };
  return new Promise((resolve, reject) => {
    const settle = (error: unknown): void => reject(signal.aborted ? signal.reason : new OutboundError("connection_failed", { cause: error }));
    try {
      const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, options, resolve);
      request.on("error", settle);
      // A server that answers 101 would get a socket that nobody reads.
      request.on("upgrade", (_response, socket) => {
        socket.destroy();
        settle(new Error("The server switched protocols."));
      });
      request.end(body ?? undefined);
    } catch (error) {
      // A header that Node does not send, for example.
      settle(error);
    }
  });
}
