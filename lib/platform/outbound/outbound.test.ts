/** What goes through the guard, and what becomes of answers that are slow, large, packed or redirected. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createOutbound, type OutboundOptions } from "./outbound";

type Seen = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };

const first = createServer((request, response) => void answer(request, response));
const second = createServer((request, response) => void answer(request, response));
let port = 0;
let otherPort = 0;
let seen: Seen[] = [];
let closed = 0;
const resolver = async (hostname: string) => {
  if (hostname === "never.test") await new Promise(() => undefined);
  return [{ address: "127.77.0.1", family: 4 }];
};
const { outboundFetch, guardedFetch } = createOutbound(resolver, { hosts: [], networks: ["127.77.0.0/16"] });
const options = (given: Partial<OutboundOptions> = {}): OutboundOptions => ({ method: "GET", timeoutMs: 5_000, maxBytes: 1_000, ...given });
const at = (path: string): string => `http://one.test:${port}${path}`;
const textOf = (body: Uint8Array): string => Buffer.from(body).toString();

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = "", url = "", headers } = request;
  seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
  response.on("close", () => void (closed += 1));
  const [, what = "", ...rest] = (url.split("?")[0] ?? "").split("/");
  switch (what) {
    case "redirect": response.writeHead(Number(rest[0]), { location: `/${rest.slice(1).join("/")}` }).end(); break;
    case "away": response.writeHead(Number(rest[0]), { location: `http://two.test:${otherPort}/there` }).end(); break;
    case "loop": response.writeHead(302, { location: "/loop" }).end(); break;
    case "large": response.writeHead(200, { "content-length": "5000" }).end("x".repeat(5_000)); break;
    case "chunked": response.write("x".repeat(600)); setTimeout(() => response.end("x".repeat(600)), 20); break;
    case "bomb": response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(50_000))); break;
    case "packed": response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("unpacked")); break;
    case "broken": response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip"); break;
    case "odd": response.writeHead(200, { "content-encoding": "rot13" }).end("uryyb"); break;
    case "silent": break;
    case "slow": response.write("one"); break;
    case "cut": response.writeHead(200, { "content-length": "100" }).write("one"); setTimeout(() => response.destroy(), 20); break;
    case "hang-up": request.socket.destroy(); break;
    case "upgrade": response.writeHead(101, { connection: "upgrade", upgrade: "other" }).end(); break;
    case "empty": response.writeHead(204).end(); break;
    default: response.writeHead(Number(what) || 200, { "x-answer": "yes", "set-cookie": ["a=1", "b=2"] }).end(`${method} ${url}`);
  }
}

beforeAll(async () => {
  await Promise.all([once(first.listen(0, "127.77.0.1"), "listening"), once(second.listen(0, "127.77.0.1"), "listening")]);
  port = (first.address() as AddressInfo).port;
  otherPort = (second.address() as AddressInfo).port;
});
beforeEach(() => {
  seen = [];
  closed = 0;
});
afterAll(() => {
  for (const server of [first, second]) {
    server.closeAllConnections();
    server.close();
  }
});

describe("what goes through", () => {
  test("a request with its headers and body, and the whole answer", async () => {
    const got = await outboundFetch(at("/418?x=1"), options({ method: "POST", headers: { Authorization: "Bearer t", "Content-Type": "application/json", Host: "elsewhere", Connection: "keep-alive" }, body: '{"a":"ä"}' }));
    expect(got).toMatchObject({ status: 418, url: at("/418?x=1") });
    expect(textOf(got.body)).toBe("POST /418?x=1");
    expect(got.headers.get("x-answer")).toBe("yes");
    expect(got.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(seen).toMatchObject([{ method: "POST", body: '{"a":"ä"}', headers: { authorization: "Bearer t", "content-type": "application/json", host: `one.test:${port}`, connection: "close", "content-length": "10" } }]);
  });
  test("a listed host, whatever its address is; not another port of it", async () => {
    const listed = createOutbound(resolver, { hosts: [`one.test:${port}`], networks: [] });
    expect((await listed.outboundFetch(at("/ok"), options())).status).toBe(200);
    await expect(listed.outboundFetch(`http://one.test:${otherPort}/`, options())).rejects.toMatchObject({ reason: "forbidden_address" });
    await expect(listed.outboundFetch(at("/away/302"), options())).rejects.toMatchObject({ reason: "forbidden_address" });
  });
  test("a packed answer, unpacked, and none at all", async () => {
    const packed = await outboundFetch(at("/packed"), options());
    expect(textOf(packed.body)).toBe("unpacked");
    expect(packed.headers.has("content-encoding")).toBe(false);
    expect((await outboundFetch(at("/empty"), options())).body).toHaveLength(0);
  });
});

test("the operator's hosts are looked up as the machine knows them, all others at the name servers", async () => {
  const asked: string[] = [];
  const by = (who: string) => async (hostname: string) => {
    asked.push(`${who} ${hostname}`);
    return [{ address: "127.77.0.1", family: 4 }];
  };
  const split = createOutbound(by("name servers"), { hosts: [`listed.test:${port}`], networks: ["127.77.0.0/16"] }, by("machine"));
  await split.outboundFetch(`http://listed.test:${port}/ok`, options());
  await split.outboundFetch(at("/ok"), options());
  expect(asked).toEqual(["machine listed.test", "name servers one.test"]);
});

test("localhost by its name, as a self-hosted copy allows it", async () => {
  const allowed = createOutbound(() => Promise.reject(new Error("asked")), { hosts: [`localhost:${port}`], networks: [] }, async () => [{ address: "127.77.0.1", family: 4 }]);
  expect((await allowed.outboundFetch(`http://localhost:${port}/ok`, options())).status).toBe(200);
});

describe("redirects", () => {
  test.each([[301, "POST", "GET", ""], [302, "POST", "GET", ""], [303, "PUT", "GET", ""], [307, "POST", "POST", "body"], [308, "PATCH", "PATCH", "body"], [302, "PUT", "PUT", "body"]])(
    "%d of %s becomes %s with the body %j", async (status, method, then, body) => {
      const got = await outboundFetch(at(`/redirect/${status}/there`), options({ method, body: "body", headers: { "Content-Type": "text/plain", "X-Secret": "s" } }));
      expect(got.url).toBe(at("/there"));
      expect(seen[1]).toMatchObject({ method: then, body, headers: { "x-secret": "s" } });
      expect(seen[1]?.headers["content-type"]).toBe(body === "" ? undefined : "text/plain");
    },
  );
  test.each([302, 307])("to another origin by %d take no secret along", async (status) => {
    await outboundFetch(at(`/away/${status}`), options({ headers: { Authorization: "Bearer t", Cookie: "c=1", "X-Api-Key": "k", Accept: "text/plain" } }));
    expect(seen).toHaveLength(2);
    expect(seen[1]?.headers).toMatchObject({ accept: "text/plain", host: `two.test:${otherPort}` });
    for (const name of ["authorization", "cookie", "x-api-key"]) {
      expect(seen[0]?.headers).toHaveProperty(name);
      expect(seen[1]?.headers).not.toHaveProperty(name);
    }
  });
  test("end somewhere", async () => {
    await expect(outboundFetch(at("/loop"), options({ maxRedirects: 3 }))).rejects.toMatchObject({ reason: "too_many_redirects" });
    expect(seen).toHaveLength(4);
    await expect(guardedFetch(options())(at("/loop"), { redirect: "error" })).rejects.toMatchObject({ reason: "too_many_redirects" });
    expect((await guardedFetch(options())(at("/loop"), { redirect: "manual" })).status).toBe(302);
  });
});

describe("what does not come back", () => {
  test.each(["/large", "/chunked", "/bomb"])("%s is too large, also streamed", async (path) => {
    await expect(outboundFetch(at(path), options())).rejects.toMatchObject({ reason: "too_large" });
    await expect(guardedFetch(options())(at(path)).then((response) => response.text())).rejects.toMatchObject({ reason: "too_large" });
  });
  test.each(["http://never.test/", "/silent", "/slow"])("%s takes too long", async (path) => {
    await expect(outboundFetch(path.startsWith("/") ? at(path) : path, options({ timeoutMs: 100 }))).rejects.toMatchObject({ reason: "timeout" });
  });
  test.each(["http://never.test/", "/silent", "/slow"])("%s is given up for the caller's reason", async (path) => {
    const stop = new AbortController();
    const going = outboundFetch(path.startsWith("/") ? at(path) : path, options({ signal: stop.signal }));
    setTimeout(() => stop.abort(new Error("the run was canceled")), 50);
    await expect(going).rejects.toThrow("the run was canceled");
  });
  test.each(["/cut", "/hang-up", "/broken", "/odd", "/upgrade"])("%s is a broken connection", async (path) => {
    await expect(outboundFetch(at(path), options())).rejects.toMatchObject({ reason: "connection_failed" });
  });
  test("nobody listens, or a header cannot be sent", async () => {
    await expect(outboundFetch("http://127.77.9.9:9/", options())).rejects.toMatchObject({ reason: "connection_failed" });
    await expect(outboundFetch(at("/"), options({ method: "BAD METHOD" }))).rejects.toMatchObject({ reason: "connection_failed" });
  });
});

describe("a streamed answer", () => {
  test("arrives as it is sent, and closes the connection when it is canceled", async () => {
    const response = await guardedFetch(options({ timeoutMs: 200 }))(new URL(at("/slow")), { method: "POST", body: new URLSearchParams({ a: "1" }) });
    const reader = response.body?.getReader();
    expect(textOf((await reader?.read())?.value ?? new Uint8Array())).toBe("one");
    expect(seen).toMatchObject([{ body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" } }]);
    await reader?.cancel();
    await expect.poll(() => closed).toBe(1);
  });
  test("ends with the signal's reason", async () => {
    const stop = new AbortController();
    const response = await guardedFetch(options())(at("/slow"), { signal: stop.signal });
    const reading = response.text();
    stop.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
    await expect.poll(() => closed).toBe(1);
  });
  test("is not asked for when what is called before refuses", async () => {
    await expect(guardedFetch({ ...options(), before: () => Promise.reject(new Error("limited")) })(at("/ok"))).rejects.toThrow("limited");
    expect(seen).toHaveLength(0);
  });
});
