import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export type CountingProxy = { url: string; count: () => number; stop: () => Promise<void> };
/** Counts in what one connection's client sends, chunk by chunk. */
type Counter = (chunk: Buffer) => number;

/** Passes bytes on to an HTTP server and counts the requests among them: each begins a packet of its own on a kept connection. */
export function startCountingProxy(target: string): Promise<CountingProxy> {
  return startProxy(target, () => (chunk) => (chunk.subarray(0, 5).toString("latin1") === "POST " ? 1 : 0));
}

/** Passes bytes on to PostgreSQL and counts what a client waits for: a plain query, or a synchronisation after a prepared one. */
export function startPostgresProxy(target: string): Promise<CountingProxy> {
  return startProxy(target, countRoundTrips);
}

/** Reads the messages of one connection: a type and a length each, but for the first, which has no type. */
function countRoundTrips(): Counter {
  let rest = Buffer.alloc(0);
  let hasBegun = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    let found = 0;
    for (;;) {
      const head = hasBegun ? 5 : 4;
      if (rest.length < head) return found;
      const size = rest.readInt32BE(head - 4) + head - 4;
      if (rest.length < size) return found;
      const type = hasBegun ? String.fromCharCode(rest[0] ?? 0) : "";
      if (type === "Q" || type === "S") found += 1;
      hasBegun = true;
      rest = rest.subarray(size);
    }
  };
}

async function startProxy(target: string, makeCounter: () => Counter): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let counted = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const counter = makeCounter();
    client.on("data", (chunk) => {
      counted += counter(chunk);
    });
    client.pipe(upstream).pipe(client);
    // Either side may go at any time; the other one goes with it.
    for (const one of [client, upstream]) {
      one.setNoDelay(true);
      sockets.add(one);
      one.on("error", () => one.destroy()).on("close", () => {
        sockets.delete(one);
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an AddressInfo.
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href.replace(/\/$/, ""),
    count: () => counted,
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    }),
  };
}
