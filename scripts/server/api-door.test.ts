/** The door between a socket and a web-standard handler, with a gate that lets everything pass. */
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeApiDoor } from "./api-door";
import { noteExpectation } from "./api-request";
import { RouteTable, type ApiHandler } from "./api-routes";

const seen: string[] = [];
let server: Server;
let port = 0;
/** Pieces of the last stream that were asked for. */
let sent = 0;

const read: ApiHandler = async (request) => {
  seen.push("reading");
  return Response.json({ bytes: (await request.arrayBuffer()).byteLength });
};
const refuseAfterSome: ApiHandler = async (request) => {
  const reader = request.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  return new Response("enough", { status: 413 });
};
const stream: ApiHandler = (request) => {
  sent = 0;
  if (request.signal.aborted) seen.push("aborted");
  request.signal.addEventListener("abort", () => seen.push("aborted"));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue(new Uint8Array(64 * 1024));
      if (sent >= 2_000) controller.close();
    },
    cancel: () => void seen.push("canceled"),
  });
  return new Response(body);
};

beforeAll(async () => {
  vi.stubEnv("APP_URL", "http://localhost:3000");
  for (const name of ["UPSTASH_REDIS_REST_URL", "DATABASE_URL", "MODEL_BASE_URL", "SMTP_URL"]) vi.stubEnv(name, "http://127.0.0.1:9");
  for (const name of ["UPSTASH_REDIS_REST_TOKEN", "MODEL_API_KEY"]) vi.stubEnv(name, "x");
  vi.stubEnv("AUTH_SECRET", "x".repeat(40));
  vi.stubEnv("SECRETS_KEYS", `k1:${Buffer.alloc(32).toString("base64")}`);
  vi.stubEnv("LOG_LEVEL", "silent");
  const routes = new RouteTable();
  routes.add("/api/v1/read", { POST: read });
  routes.add("/api/v1/enough", { POST: refuseAfterSome });
  routes.add("/api/v1/ignore", { POST: () => new Response("not read", { status: 401 }) });
  routes.add("/api/v1/stream", { GET: stream });
  routes.add("/api/v1/slow/[id]", { GET: async (request, { params }) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return Response.json({ ...(await params), query: new URL(request.url).search });
  } });
  routes.add("/api/v1/late", { POST: async (request) => {
    seen.push("arrived");
    await new Promise((resolve) => setTimeout(resolve, 100));
    await request.text().catch(() => seen.push("cut"));
    return stream(request, { params: Promise.resolve({}) });
  } });
  routes.add("/api/v1/quick", { GET: () => new Response("quick") });
  routes.add("/api/v1/throws", { GET: () => { throw new Error("unforeseen"); } });
  routes.add("/api/v1/breaks", { GET: () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)), pull: () => { throw new Error("half way"); } })) });
  routes.add("/api/v1/cookies", { GET: () => new Response(null, { status: 204, headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-request-id", "own"]] }) });
  const door = makeApiDoor(routes, async ({ headers }) => ({ kind: "pass", requestHeaders: headers, responseHeaders: { "X-Request-Id": "req_1", "X-Frame-Options": "DENY" } }));
  server = createServer((request, response) => void (door(request, response) || response.writeHead(418).end()));
  server.on("checkContinue", (request: IncomingMessage, response) => {
    noteExpectation(request);
    server.emit("request", request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  // A server that listens on a port has an AddressInfo.
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Everything a connection says to these bytes, until it is quiet. */
async function talk(bytes: string, until: (text: string) => boolean): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  socket.write(bytes);
  await vi.waitUntil(() => until(text) || socket.closed, { timeout: 5_000, interval: 5 });
  socket.destroy();
  return text;
}

const statuses = (text: string): string[] => Array.from(text.matchAll(/HTTP\/1\.1 (\d{3})/g), (match) => match[1] ?? "");
const post = (path: string, body: string, more = "") => `POST /api/v1/${path} HTTP/1.1\r\nHost: x\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;
const get = (path: string) => `GET /api/v1/${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe("bodies", () => {
  test("are read whole, announced or in chunks", async () => {
    for (const headers of [{ "content-length": "300000" }, { "transfer-encoding": "chunked" }] as Record<string, string>[]) {
      const asked = httpRequest({ port, host: "127.0.0.1", path: "/api/v1/read", method: "POST", headers });
      for (let n = 0; n < 3; n++) asked.write(Buffer.alloc(100_000));
      asked.end();
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      expect(await response.reduce((text: string, part: Buffer) => text + part.toString(), "")).toBe('{"bytes":300000}');
    }
  });

  test.each(["enough", "ignore"])("that are refused (%s) leave the connection to the next request", async (path) => {
    const text = await talk(post(path, "x".repeat(200_000)) + get("quick"), (said) => statuses(said).length === 2);
    expect(statuses(text)).toEqual([path === "enough" ? "413" : "401", "200"]);
    expect(text.endsWith("quick") || text.includes("quick")).toBe(true);
  });

  test("that wait for 100 Continue are asked for when they are read, and only then", async () => {
    const asked = await talk("POST /api/v1/read HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", (said) => said.includes("100 Continue"));
    expect(statuses(asked)).toEqual(["100"]);
    const refused = await talk("POST /api/v1/ignore HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", (said) => said.includes("not read"));
    expect(statuses(refused)).toEqual(["401"]);
    expect(refused.toLowerCase()).toContain("connection: close");
  });

  test("cut short fail the handler, which answers nobody", async () => {
    seen.length = 0;
    const socket = connect(port, "127.0.0.1");
    socket.write("POST /api/v1/read HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc");
    await vi.waitUntil(() => seen.includes("reading"), { timeout: 5_000 });
    socket.destroy();
    expect(statuses(await talk(get("quick"), (said) => said.includes("quick")))).toEqual(["200"]);
  });
});

describe("answers", () => {
  test("to pipelined requests come in the order of the requests", async () => {
    const text = await talk(get("slow/a?x=1") + get("quick") + get("slow/b"), (said) => statuses(said).length === 3 && said.includes('"b"'));
    expect(text.indexOf('{"id":"a","query":"?x=1"}')).toBeLessThan(text.indexOf("quick"));
    expect(text.indexOf("quick")).toBeLessThan(text.indexOf('{"id":"b"'));
  });

  test("keep the handler's own headers before the gate's, and several cookies apart", async () => {
    const text = await talk(get("cookies"), (said) => said.includes("\r\n\r\n"));
    expect(text.match(/set-cookie: \w=\d/gi)).toEqual(["set-cookie: a=1", "set-cookie: b=2"]);
    expect(text.match(/x-request-id: \w+/gi)).toEqual(["x-request-id: own"]);
    expect(text).toContain("X-Frame-Options: DENY");
  });

  test("to HEAD have no body, and end what would have been one", async () => {
    seen.length = 0;
    const text = await talk("HEAD /api/v1/stream HTTP/1.1\r\nHost: x\r\n\r\n" + get("quick"), (said) => said.includes("quick"));
    expect(statuses(text)).toEqual(["200", "200"]);
    expect(seen).toContain("canceled");
  });

  test("that nobody foresaw are 500 in the one shape", async () => {
    const text = await talk(get("throws"), (said) => said.includes("}}"));
    expect(statuses(text)).toEqual(["500"]);
    expect(text).toContain('"code":"internal"');
    expect(text).not.toContain("unforeseen");
  });

  test("that break after they began cut the connection", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined).resume();
    socket.write(get("breaks"));
    await once(socket, "close");
  });
});

describe("clients", () => {
  test("that read slowly are waited for", async () => {
    sent = 0;
    const socket = connect(port, "127.0.0.1").pause();
    socket.write(get("stream"));
    // It has begun, and stands still.
    let before = 0;
    await vi.waitUntil(() => {
      const still = sent > 0 && sent === before;
      before = sent;
      return still;
    }, { timeout: 5_000, interval: 300 });
    expect(sent).toBeLessThan(500);
    socket.destroy();
  });

  test("that go are noticed: the signal is aborted and the stream canceled", async () => {
    seen.length = 0;
    const socket = connect(port, "127.0.0.1");
    socket.write(get("stream"));
    await once(socket, "data");
    socket.destroy();
    await vi.waitUntil(() => seen.includes("aborted") && seen.includes("canceled"), { timeout: 5_000 });
  });
});

test("a client that goes before anybody looks is noticed when somebody does", async () => {
  seen.length = 0;
  const socket = connect(port, "127.0.0.1");
  socket.write("POST /api/v1/late HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc");
  await vi.waitUntil(() => seen.includes("arrived"), { timeout: 5_000 });
  socket.destroy();
  await vi.waitUntil(() => seen.includes("cut") && seen.slice(seen.indexOf("cut")).includes("canceled"), { timeout: 5_000 });
  expect(seen.slice(seen.indexOf("cut"))).toEqual(["cut", "aborted", "canceled"]);
});

test("what is not plainly a route is somebody else's", async () => {
  for (const path of ["quick/", "/quick", "qu%69ck", "../v1/quick", "./quick", "..", "nothing", "quick#x", "quick\\x", "slow/a%2fb", ""]) {
    expect(statuses(await talk(`GET /api/v1/${path} HTTP/1.1\r\nHost: x\r\n\r\n`, (said) => said.includes("\r\n\r\n"))), path).toEqual(["418"]);
  }
  for (const line of ["OPTIONS /api/v1/quick", "POST /api/v1/quick", "GET http://x/api/v1/quick", "GET /api/v1"]) {
    expect(statuses(await talk(`${line} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`, (said) => said.includes("\r\n\r\n"))), line).toEqual(["418"]);
  }
});
