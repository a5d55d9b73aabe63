import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { choosePorts, parsePort, requireFreePort } from "./ports";

let home = "";
let servers: Server[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stint-ports-"));
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
  rmSync(home, { recursive: true });
});

async function occupy(port: number): Promise<number> {
  const server = createServer().listen(port, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  // A server on TCP has an address with a port.
  return (server.address() as AddressInfo).port;
}

test("stand-ins keep their ports from start to start", async () => {
  const first = await choosePorts(home, ["redis", "mail"]);
  expect(new Set(Object.values(first)).size).toBe(2);
  expect(await choosePorts(home, ["redis", "mail"])).toEqual(first);
});

test("a port that something else took is chosen anew, the others stay", async () => {
  const first = await choosePorts(home, ["redis", "mail"]);
  await occupy(first.redis);
  const second = await choosePorts(home, ["redis", "mail"]);
  expect(second.redis).not.toBe(first.redis);
  expect(second.mail).toBe(first.mail);
});

test("a taken port is refused in one line that says how to go on", async () => {
  const port = await occupy(0);
  const failure = await requireFreePort(port, "127.0.0.1").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  const message = failure instanceof Error ? failure.message : "";
  expect(message).toContain(`Port ${port} is taken`);
  expect(message).toContain(`PORT=${port + 1} npm start`);
  if (process.platform === "linux") expect(message).toContain(`(process ${process.pid})`);
  expect(message).not.toContain("\n");
});

test.each(["abc", "0", "65536", "1.5", "-1"])("PORT=%s is refused", (setting) => {
  expect(() => parsePort(setting, 3000)).toThrow(/is not a port/);
});

test("no setting is the default", () => {
  expect(parsePort(undefined, 3000)).toBe(3000);
  expect(parsePort("", 3000)).toBe(3000);
  expect(parsePort("8080", 3000)).toBe(8080);
});
