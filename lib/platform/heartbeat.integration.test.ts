import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { until } from "@/e2e/fixtures/until";
import { startHeartbeat } from "@/lib/platform/heartbeat";

let server: Server | undefined;
afterEach(() => server?.close());

test("a process with a heartbeat URL says at once that it is alive", async () => {
  const beaten = new Promise<string>((resolve) => {
    server = createServer((request, response) => {
      response.end();
      resolve(`${request.method} ${request.url}`);
    }).listen(0, "127.0.0.1");
  });
  await new Promise((resolve) => server?.once("listening", resolve));
  // A TCP server that listens has an address of this kind.
  const { port } = server?.address() as AddressInfo;
  const stop = startHeartbeat(`http://127.0.0.1:${port}/api/v1/heartbeat/secret`);
  expect(await beaten).toBe("HEAD /api/v1/heartbeat/secret");
  stop();
});

test("a process that lives and does none of its work says nothing until it does again", async () => {
  let [works, beats] = [false, 0];
  server = createServer((_, response) => {
    beats++;
    response.end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server?.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  let asked = 0;
  const stop = startHeartbeat(`http://127.0.0.1:${port}/`, () => (asked++, works), 20);
  await until(() => Promise.resolve(asked), (times) => times >= 5);
  expect(beats).toBe(0);
  works = true;
  await until(() => Promise.resolve(beats), (times) => times > 0);
  stop();
});

test("without a URL nothing is sent and nothing has to be stopped", () => {
  expect(() => startHeartbeat(undefined)()).not.toThrow();
});
