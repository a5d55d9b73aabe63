/** An error nobody expected, thrown in a route, arrives at the ingest endpoint once, with ids and without secrets. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { makeWorkspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";

const envelopes: string[] = [];
const ingest = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    envelopes.push(JSON.stringify(request.headers) + (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString("utf8"));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => ingest.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an AddressInfo.
  const { port } = ingest.address() as AddressInfo;
  vi.stubEnv("SENTRY_DSN", `http://publickey@127.0.0.1:${port}/1`);
  await import("@/lib/platform/sentry-node");
});
afterAll(async () => {
  const { closeDb } = await import("@/lib/platform/db");
  await closeDb();
  ingest.close();
});

const errorReports = () => envelopes.filter((text) => text.includes('"exception"'));

test("arrives once, with the request's and the tenant's id, and nothing that was sent", async () => {
  const { defineRoute } = await import("@/lib/http/route");
  const { flushErrorReports } = await import("@/lib/platform/report-error");
  const one = await makeWorkspace();
  // Not written in this file: a report quotes the lines around the error.
  const canary = randomUUID();
  const route = defineRoute({ name: "/v1/broken", operation: "break", summary: "Breaks", permission: null, body: z.object({ text: z.string() }), response: z.object({}) }, async () => {
    throw new TypeError("the shelf is empty");
  });
  const response = await route(new Request(`http://localhost/api/v1/broken?q=${canary}`, {
    method: "POST", body: JSON.stringify({ text: canary }),
    headers: { authorization: `Bearer ${one.secret}`, cookie: `session=${canary}`, "content-type": "application/json", "x-other": canary },
  }), { params: Promise.resolve({}) });

  expect(response.status).toBe(500);
  const requestId = response.headers.get("x-request-id") ?? "";
  const answer = await response.text();
  expect(answer).toContain(requestId);
  expect(answer).not.toMatch(/shelf|TypeError|at .*\.ts/);

  await flushErrorReports(5_000);
  const [report = "", ...more] = await until(errorReports, (reports) => reports.length > 0);
  expect(more).toEqual([]);
  expect(report).toContain("the shelf is empty");
  expect(report).toContain(`"request_id":"${requestId}"`);
  expect(report).toContain(`"tenant_id":"${one.tenantId}"`);
  expect(report).toContain('"route":"/v1/broken"');
  for (const secret of [canary, one.secret, process.env.DATABASE_URL, process.env.AUTH_SECRET]) expect(report).not.toContain(secret);
});

test("an error that has an answer is nobody's alarm", async () => {
  const { mapError } = await import("@/lib/http/route");
  const { AppError } = await import("@/lib/core/errors");
  const { flushErrorReports } = await import("@/lib/platform/report-error");
  const before = errorReports().length;
  mapError(new AppError("not_found"), "req_1", {});
  mapError(new AppError("unavailable", "away", { cause: new Error("ECONNREFUSED") }), "req_1", {});
  await flushErrorReports(5_000);
  expect(errorReports()).toHaveLength(before);
});

test("a job's and a run's error are reported with their names", async () => {
  const { reportError, flushErrorReports } = await import("@/lib/platform/report-error");
  const before = errorReports().length;
  reportError(new Error("the job fell over"), { job: "purge", run_id: "run_1" });
  await flushErrorReports(5_000);
  const reports = await until(errorReports, (all) => all.length > before);
  expect(reports.at(-1)).toMatch(/"job":"purge"/);
  expect(reports.at(-1)).toMatch(/"run_id":"run_1"/);
});
