/** Hostile addresses, names, answers and redirects: all refused, and no connection made. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDnsServer, type DnsServer } from "@/e2e/fixtures/dns-server";
import { OutboundError, type OutboundReason } from "./error";
import { createOutbound } from "./outbound";

/** Stands for the public internet, of which a test has none. */
const PUBLIC = "127.77.0.1";
const NETWORKS = { hosts: [], networks: ["127.77.0.0/16"] };
const OPTIONS = { method: "GET", timeoutMs: 5_000, maxBytes: 1_000 };

let open: { server: Server; port: number };
let inside: { server: Server; port: number };
let insideHits = 0;
let dns: DnsServer;

const DNS_ANSWERS: Record<string, string[]> = {
  "private.example.test": ["10.0.0.5"], "loopback.example.test": ["127.0.0.1"], "metadata.example.test": ["169.254.169.254"], "shared.example.test": ["100.64.1.1"],
  "zero.example.test": ["0.0.0.0"], "mixed.example.test": [PUBLIC, "192.168.1.1"], "mixed-six.example.test": [PUBLIC, "fd00::1"], "six-loopback.example.test": ["::1"],
  "mapped.example.test": ["::ffff:127.0.0.1"], "compatible.example.test": ["::127.0.0.1"], "six-to-four.example.test": ["2002:7f00:1::"], "nat64.example.test": ["64:ff9b::a9fe:a9fe"],
  "link-local.example.test": ["fe80::1"], "multicast.example.test": ["224.0.0.1"], "broadcast.example.test": ["255.255.255.255"], "benchmark.example.test": ["198.18.0.1"],
  "documentation.example.test": ["2001:db8::1"], "teredo.example.test": ["2001::1"], "public-says-the-resolver.internal": ["93.184.216.34"],
};

async function listen(host: string, handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(handler).listen(0, host);
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

beforeAll(async () => {
  open = await listen(PUBLIC, (request, response) => {
    const to = new URL(request.url ?? "/", "http://x").searchParams.get("to");
    if (to === null) response.end("public");
    else response.writeHead(302, { location: to.replace("PORT", String(inside.port)) }).end();
  });
  inside = await listen("127.0.0.1", (_request, response) => {
    insideHits += 1;
    response.end("inside");
  });
  dns = await startDnsServer({
    ...DNS_ANSWERS,
    "good.example.test": [PUBLIC],
    "rebinding.example.test": (before) => (before === 0 ? [PUBLIC] : ["127.0.0.1"]),
  });
});
beforeEach(() => void (insideHits = 0));
afterAll(() => {
  open.server.close();
  inside.server.close();
  dns.close();
});

const guard = () => createOutbound(dns.resolve, NETWORKS);

async function expectRefusal(url: string, ...reasons: OutboundReason[]): Promise<void> {
  const { outboundFetch, guardedFetch } = guard();
  for (const work of [() => outboundFetch(url, OPTIONS), () => guardedFetch(OPTIONS)(url)]) {
    const error: unknown = await work().then((answer) => `went through with ${answer.status}`, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutboundError);
    expect(reasons).toContain(error instanceof OutboundError ? error.reason : error);
  }
  expect(insideHits).toBe(0);
}

describe("an address in the URL", () => {
  test.each([
    "http://127.0.0.1:PORT/", "http://127.1:PORT/", "http://127.0.1:PORT/", "http://2130706433:PORT/", "http://017700000001:PORT/", "http://0x7f000001:PORT/", "http://0x7f.0.0.1:PORT/", "http://0177.0.0.1:PORT/",
    "http://127.0.0.1.:PORT/", "http://①②⑦.0.0.1:PORT/", "http://0:PORT/", "http://0.0.0.0:PORT/", "http://10.1.2.3/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.0.1/", "http://100.64.0.1/", "http://100.127.255.254/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/latest/meta-data/", "http://169.254.170.2/v2/credentials", "http://2852039166/", "http://192.0.0.192/", "http://198.18.0.1/", "http://198.19.255.255/", "http://192.0.2.1/", "http://198.51.100.1/", "http://203.0.113.1/",
    "http://224.0.0.1/", "http://239.255.255.250/", "http://240.0.0.1/", "http://255.255.255.255/", "http://192.88.99.1/", "http://[::]:PORT/", "http://[::1]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/", "http://[::ffff:8.8.8.8]/", "http://[::127.0.0.1]:PORT/", "http://[64:ff9b::127.0.0.1]:PORT/", "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/", "http://[2001:0:4136:e378::1]/",
    "http://[fc00::1]/", "http://[fdff::1]/", "http://[fe80::1]/", "http://[febf::1]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[3fff::1]/", "http://[100::1]/", "http://[5f00::1]/",
  ])("%s", (url) => expectRefusal(url.replace("PORT", String(inside.port)), "forbidden_address"));
});

test.each(["http://localhost:PORT/", "http://LOCALHOST.:PORT/", "http://a.localhost:PORT/", "http://metadata.google.internal/", "http://printer.local/", "http://localhost.localdomain/", "http://router.home.arpa/"])(
  "the name %s", (url) => expectRefusal(url.replace("PORT", String(inside.port)), "forbidden_address", "dns_failed"),
);
test.each(["http://localhost/", "http://a.localhost/", "http://metadata.google.internal./"])("%s is not even looked up where no network is allowed", async (url) => {
  const strict = createOutbound(() => Promise.reject(new Error("asked")), { hosts: [], networks: [] });
  await expect(strict.outboundFetch(url, OPTIONS)).rejects.toMatchObject({ reason: "forbidden_address" });
});

test.each(["file:///etc/passwd", "gopher://127.0.0.1:6379/_INFO", "ftp://example.org/", "data:text/plain,hello", "javascript:alert(1)", "ws://example.org/", "http://user:secret@example.org/", "http://user@127.77.0.1/", "http://", "//example.org/", "not a url", "http://example.org:99999/", "http://1.2.3.4.5/", "http://[::1/", "http://exa mple.org/", "unix:/var/run/docker.sock"])(
  "%j is no address", (url) => expectRefusal(url, "invalid_url"),
);

describe("what DNS answers", () => {
  test.each(Object.entries(DNS_ANSWERS))("%s is %j", (name) => expectRefusal(`http://${name}:${inside.port}/`, "forbidden_address"));
  test("nothing", () => expectRefusal("http://nobody.example.test/", "dns_failed"));

  test("a second answer that differs is never asked for", async () => {
    const { outboundFetch } = guard();
    const url = `http://rebinding.example.test:${open.port}/`;
    expect(Buffer.from((await outboundFetch(url, OPTIONS)).body).toString()).toBe("public");
    expect(dns.asked.filter((asked) => asked === "rebinding.example.test 1")).toHaveLength(1);
    await expect(outboundFetch(url, OPTIONS)).rejects.toMatchObject({ reason: "forbidden_address" });
  });
});

describe("a redirect", () => {
  test.each<[string, OutboundReason]>([
    ["http://127.0.0.1:PORT/", "forbidden_address"], ["http://169.254.169.254/latest/meta-data/", "forbidden_address"], ["http://[::ffff:127.0.0.1]:PORT/", "forbidden_address"], ["//127.0.0.1:PORT/", "forbidden_address"],
    ["http://2130706433:PORT/", "forbidden_address"], ["http://loopback.example.test:PORT/", "forbidden_address"], ["http://localhost:PORT/", "forbidden_address"], ["http://[::1]:PORT/", "forbidden_address"],
    ["file:///etc/passwd", "invalid_url"], ["gopher://127.0.0.1:6379/_INFO", "invalid_url"], ["http://user:secret@good.example.test/", "invalid_url"], ["http://[", "invalid_url"],
  ])("to %s", (to, reason) => expectRefusal(`http://good.example.test:${open.port}/?to=${encodeURIComponent(to)}`, reason, ...(to.includes("localhost") ? ["dns_failed" as const] : [])));
});
