import { connect, createServer, type AddressInfo } from "node:net";

export type CountingProxy = { url: string; count: () => number; stop: () => Promise<void> };

/** Passes bytes on to `target` and counts the HTTP requests among them: each begins a packet of its own on a kept connection. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  let requests = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    client.on("data", (chunk) => {
      if (chunk.subarray(0, 5).toString("latin1") === "POST ") requests += 1;
    });
    client.pipe(upstream).pipe(client);
    // Either side may go at any time; the other one goes with it.
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an AddressInfo.
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    count: () => requests,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
