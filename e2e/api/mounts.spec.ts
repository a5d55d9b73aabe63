/** The same odd requests at both mounts of the API: whoever asks cannot tell which one answers. */
import { request as httpRequest } from "node:http";
import { expect, test } from "@playwright/test";
import { newKeySecret } from "@/lib/keys/secret";
import { makeWorkspace, type Workspace } from "../fixtures/workspace";
import { until } from "../fixtures/until";
import type { WebProcess } from "../fixtures/web-process";
import { BASE, call } from "./client";
import { startThroughNext } from "./mounts";

const COMPARED = ["content-type", "cache-control", "www-authenticate", "allow", "retry-after", "location", "stint-version", "ratelimit-policy", "content-security-policy", "x-content-type-options", "x-frame-options",
  "referrer-policy", "permissions-policy", "cross-origin-opener-policy", "strict-transport-security", "access-control-allow-origin", "set-cookie", "x-powered-by", "server"] as const;
const MEGABYTE = Buffer.alloc(1024 * 1024, 0x20);

type Odd = { method?: string; path?: string; headers?: Record<string, string>; body?: Buffer[] };
type Answer = { status: number; hasId: boolean; headers: Record<string, unknown>; body: unknown };

let next: WebProcess;
let one: Workspace;

/** From then on both say the same limits. */
async function untilBothKnowTheKey(): Promise<void> {
  for (const base of [BASE, next.url]) await until(async () => (await ask(base, { headers: byKey() })).headers["ratelimit-policy"], (policy) => String(policy).includes("tenant"));
}

test.beforeAll(async () => {
  [one, next] = [await makeWorkspace(), await startThroughNext()];
  await untilBothKnowTheKey();
});
test.afterAll(() => next.stop());
test.beforeEach(async () => {
  await fetch(process.env.STINT_TEST_REDIS_URL ?? "", { method: "POST", headers: { authorization: `Bearer ${process.env.STINT_TEST_REDIS_TOKEN}` }, body: '["FLUSHALL"]' });
  // What a process knows by itself lasts half a second; after that it asks, and is told again. A slower machine only waits longer.
  await new Promise((resolve) => setTimeout(resolve, 700));
  await untilBothKnowTheKey();
});

const byKey = () => ({ authorization: `Bearer ${one.secret}` });
const json = { "content-type": "application/json" };

/** Sends exactly this address and this body. */
function ask(base: string, { method = "GET", path = "/api/v1/me", headers = {}, body = [] }: Odd): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    let answered = false;
    const request = httpRequest({ hostname, port, method, path, headers }, (response) => {
      answered = true;
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8").replaceAll(base, "BASE").replaceAll(/req_[0-9a-z]{26}/g, "ID");
        // No two pages are alike: each has a nonce of its own.
        const outline = (value: string | string[] | undefined) => String(value ?? "none").replaceAll(base, "BASE").replaceAll(/'nonce-[^']+'/g, "NONCE");
        resolve({
          status: response.statusCode ?? 0, hasId: /^req_[0-9a-z]{26}$/.test(String(response.headers["x-request-id"])),
          headers: Object.fromEntries(COMPARED.map((name) => [name, outline(response.headers[name])])), body: text.startsWith("{") ? JSON.parse(text) : text.startsWith("<") ? "a page" : text,
        });
        request.destroy();
      });
    });
    // The server may close while we still send; only without an answer is that a failure.
    request.on("error", (error) => answered || reject(error));
    for (const part of body) request.write(part);
    request.end();
  });
}

const ODD: Record<string, (by: Record<string, string>) => Odd> = {
  "nothing odd": (by) => ({ headers: by }),
  "a query": (by) => ({ path: "/api/v1/runs?limit=2&limit=3", headers: by }),
  "a query that is no encoding": (by) => ({ path: "/api/v1/runs?limit=%zz", headers: by }),
  "a query with a question mark in it": (by) => ({ path: "/api/v1/runs?status=a?b", headers: by }),
  "a percent sign that begins nothing": (by) => ({ path: "/api/v1/runs/%zz", headers: by }),
  "half an encoding": (by) => ({ path: "/api/v1/runs/%e0%a4", headers: by }),
  "an encoded slash": (by) => ({ path: "/api/v1/runs/..%2f..%2fetc", headers: by }),
  "an encoded letter": (by) => ({ path: "/api/v1/%6de", headers: by }),
  "an encoded NUL": (by) => ({ path: "/api/v1/runs/%00", headers: by }),
  "a slash at the end": (by) => ({ path: "/api/v1/me/", headers: by }),
  "two slashes": (by) => ({ path: "/api/v1//me", headers: by }),
  "two slashes in front": (by) => ({ path: "//api/v1/me", headers: by }),
  "a dot segment": (by) => ({ path: "/api/v1/runs/../me", headers: by }),
  "another case": (by) => ({ path: "/API/v1/me", headers: by }),
  "an unknown route": (by) => ({ path: "/api/v1/nothing", headers: by }),
  "an unknown route, posted to": (by) => ({ method: "POST", path: "/api/v1/nothing/at/all", headers: { ...by, ...json }, body: [Buffer.from("{}")] }),
  "a route's file": (by) => ({ path: "/api/v1/me/route", headers: by }),
  "the folder itself": (by) => ({ path: "/api/v1", headers: by }),
  HEAD: (by) => ({ method: "HEAD", headers: by }),
  "HEAD of an unknown route": (by) => ({ method: "HEAD", path: "/api/v1/nothing", headers: by }),
  OPTIONS: (by) => ({ method: "OPTIONS", path: "/api/v1/runs", headers: { ...by, origin: "https://elsewhere.example", "access-control-request-method": "POST" } }),
  "an unknown method": (by) => ({ method: "PROPFIND", headers: by }),
  "TRACE": (by) => ({ method: "TRACE", headers: by }),
  "a method that the route does not have": (by) => ({ method: "DELETE", headers: by }),
  "a method with a body that the route does not have": (by) => ({ method: "PUT", path: "/api/v1/runs", headers: { ...by, ...json }, body: [Buffer.from("{}")] }),
  "9 MB by its own account": (by) => ({ method: "POST", path: "/api/v1/runs", headers: { ...by, ...json, "content-length": String(9 * MEGABYTE.length) }, body: Array.from({ length: 9 }, () => MEGABYTE) }),
  "9 MB unannounced": (by) => ({ method: "POST", path: "/api/v1/runs", headers: { ...by, ...json, "transfer-encoding": "chunked" }, body: Array.from({ length: 9 }, () => MEGABYTE) }),
  "JSON that is none": (by) => ({ method: "POST", path: "/api/v1/runs", headers: { ...by, ...json }, body: [Buffer.from("{")] }),
  "no UTF-8": (by) => ({ method: "POST", path: "/api/v1/runs", headers: { ...by, ...json }, body: [Buffer.from([0x22, 0xff, 0x22])] }),
  "no body at all": (by) => ({ method: "POST", path: "/api/v1/runs", headers: by }),
  "another media type": (by) => ({ method: "POST", path: "/api/v1/runs", headers: { ...by, "content-type": "text/plain" }, body: [Buffer.from("{}")] }),
  "a GET with a body": (by) => ({ headers: { ...by, ...json, "content-length": "2" }, body: [Buffer.from("{}")] }),
  "headers of the platform's own": (by) => ({ headers: { ...by, "x-stint-request-id": `req_${"0".repeat(26)}`, "x-stint-client-ip": "1.1.1.1", "x-middleware-subrequest": "middleware", "x-forwarded-for": "1.1.1.1" } }),
  "another version": (by) => ({ headers: { ...by, "stint-version": "2020-01-01" } }),
  "a header beyond ASCII": (by) => ({ headers: { ...by, "idempotency-key": "caf\u00e9" } }),
};

const CALLERS: Record<string, () => Record<string, string>> = {
  "with a key": byKey, "without a key": () => ({}), "with a key that nobody has": () => ({ authorization: `Bearer ${newKeySecret()}` }), "with what is no key": () => ({ authorization: "Bearer sk-abc" }),
};

for (const [who, by] of Object.entries(CALLERS)) {
  test(`requests ${who} are answered alike`, async () => {
    for (const [what, odd] of Object.entries(ODD)) {
      const asked = odd(by());
      const [direct, through] = [await ask(BASE, asked), await ask(next.url, asked)];
      expect(direct, what).toEqual(through);
    }
  });
}

test("what the first mount takes for itself does not go through Next", async () => {
  // Next names what an answer varies by; nothing of ours does.
  expect((await call("GET", "/api/v1/me", { key: one.secret })).headers.get("vary")).toBeNull();
  expect((await fetch(`${next.url}/api/v1/me`, { headers: byKey() })).headers.get("vary")).not.toBeNull();
});
