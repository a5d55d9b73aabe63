import type { IncomingMessage } from "node:http";

/**
 * Writes the address that the outermost trusted proxy saw into `X-Forwarded-For`, alone: whatever else a client put
 * there is gone before anybody could believe it. `hops` is the number of trusted proxies in front.
 */
export function setClientAddress(request: IncomingMessage, hops: number): void {
  const given = request.headers["x-forwarded-for"];
  const socket = request.socket.remoteAddress ?? "unknown";
  if (given === undefined || hops === 0) {
    request.headers["x-forwarded-for"] = socket;
    return;
  }
  const chain = [...[given].flat().join(",").split(",").map((part) => part.trim()).filter(Boolean), socket];
  request.headers["x-forwarded-for"] = chain.at(-(hops + 1)) ?? chain[0];
}
