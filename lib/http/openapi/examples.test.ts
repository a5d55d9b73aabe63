import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { requestExample, type ExampleRequest } from "@/lib/http/openapi/examples";

const URL_ = "https://stint.example.com/api/v1";
const body = { name: "It's a 'name'", list: ["a", true, null], inner: { n: 1.5, off: false }, dollar: "$HOME `x` \\ \"q\"" };
const REQUESTS: [string, ExampleRequest][] = [
  ["a GET", { method: "GET", url: `${URL_}/me`, needsKey: true, answer: "json" }],
  ["a GET without a key", { method: "GET", url: `${URL_}/openapi.json`, needsKey: false, answer: "json" }],
  ["a POST with a body", { method: "POST", url: `${URL_}/agents`, needsKey: true, body, answer: "json" }],
  ["a POST without one", { method: "POST", url: `${URL_}/runs/run_1/cancel`, needsKey: true, answer: "json" }],
  ["a PATCH", { method: "PATCH", url: `${URL_}/agents/summarise`, needsKey: true, body, answer: "json" }],
  ["a DELETE", { method: "DELETE", url: `${URL_}/agents/summarise`, needsKey: true, answer: "json" }],
];

/** What a shell gives to `curl`. */
function argumentsOf(sample: string): string[] {
  const script = `curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }\n${sample}`;
  return execFileSync("/bin/sh", ["-c", script], { env: { ...process.env, STINT_API_KEY: "stint_key" } }).toString().split("\0").slice(0, -1);
}

describe("curl", () => {
  test.each(REQUESTS)("%s is what a shell makes of it", (_, request) => {
    const given = argumentsOf(requestExample("curl", request));
    const method = given.includes("-X") ? given[given.indexOf("-X") + 1] : given.includes("-d") ? "POST" : "GET";
    expect({ method, url: given.find((one) => one.startsWith("https:")) }).toEqual({ method: request.method, url: request.url });
    expect(given.includes("Authorization: Bearer stint_key")).toBe(request.needsKey);
    if (request.body) expect(JSON.parse(given[given.indexOf("-d") + 1] ?? "")).toEqual(request.body);
    expect(given.includes("Content-Type: application/json")).toBe(request.body !== undefined);
  });

  test("a stream is not held back, and a file has its name", () => {
    expect(argumentsOf(requestExample("curl", { method: "GET", url: URL_, needsKey: true, answer: "stream" }))).toContain("-N");
    expect(argumentsOf(requestExample("curl", { method: "GET", url: URL_, needsKey: true, answer: { file: "usage.csv" } })).slice(-2)).toEqual(["-o", "usage.csv"]);
  });
});

describe("TypeScript", () => {
  test.each(REQUESTS)("%s is what its code does", async (_, request) => {
    const calls: { url: string; method: string; headers: Record<string, string>; body: unknown }[] = [];
    const fetched = async (url: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<unknown> => {
      calls.push({ url, method: init.method ?? "GET", headers: init.headers ?? {}, body: init.body === undefined ? undefined : JSON.parse(init.body) });
      return { json: async () => ({}) };
    };
    // The sample is what a reader would paste.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const run = new Function("fetch", "process", "console", `return (async () => { ${requestExample("typescript", request)} })()`) as (...given: unknown[]) => Promise<void>;
    await run(fetched, { env: { STINT_API_KEY: "stint_key" } }, { log: () => undefined });
    expect(calls).toEqual([{
      url: request.url, method: request.method, body: request.body,
      headers: { ...(request.needsKey ? { Authorization: "Bearer stint_key" } : {}), ...(request.body ? { "Content-Type": "application/json" } : {}) },
    }]);
  });
});

describe("Python", () => {
  test("writes values as Python does", () => {
    expect(requestExample("python", { method: "POST", url: `${URL_}/agents`, needsKey: true, body: { a: [true, null, 1], b: { c: false } }, answer: "json" })).toBe(`import os, requests

response = requests.post(
    "${URL_}/agents",
    headers={"Authorization": f"Bearer {os.environ['STINT_API_KEY']}"},
    json={
        "a": [True, None, 1],
        "b": {
            "c": False,
        },
    },
)
print(response.json())`);
  });

  test("reads a stream by the line, and keeps a file", () => {
    expect(requestExample("python", { method: "GET", url: URL_, needsKey: true, answer: "stream" })).toContain("    stream=True,\n)\nfor line in response.iter_lines(decode_unicode=True):");
    expect(requestExample("python", { method: "GET", url: URL_, needsKey: false, answer: { file: "a.zip" } })).toBe(`import requests\n\nresponse = requests.get(\n    "${URL_}",\n)\nopen("a.zip", "wb").write(response.content)`);
  });
});
