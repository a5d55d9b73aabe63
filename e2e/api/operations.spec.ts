import { expect } from "@playwright/test";
import { call, json } from "./client";
import { test } from "./mounts";

test("health says that the process is alive, without asking anything", async () => {
  const response = await call("GET", "/api/health");
  expect([response.status, await response.text()]).toEqual([200, '{"status":"ok"}']);
});

test("readiness names every dependency and nothing else", async () => {
  // A worker says that it works within five seconds of its start, and again after a Redis that was away.
  await expect.poll(async () => (await json<{ status: string }>(await call("GET", "/api/ready"))).status, { timeout: 15_000 }).toBe("ok");
  const response = await call("GET", "/api/ready");
  expect(response.status).toBe(200);
  const ready = await json<{ status: string; checks: { name: string; ok: boolean; latencyMs: number }[] }>(response);
  expect(ready.status).toBe("ok");
  expect(ready.checks.map(({ name, ok }) => [name, ok])).toEqual([["database", true], ["redis", true], ["model", true], ["worker", true]]);
  expect(JSON.stringify(ready)).not.toMatch(/127\.0\.0\.1|postgres|http:/);
});

test("metrics are for whoever has the token", async () => {
  expect((await call("GET", "/api/metrics")).status).toBe(401);
  expect((await call("GET", "/api/metrics", { key: "wrong" })).status).toBe(401);
  const response = await call("GET", "/api/metrics", { key: process.env.STINT_TEST_METRICS_TOKEN });
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).toContain("stint_http_requests_total");
  expect(text).toContain("process_cpu_seconds_total");
  expect(text).not.toMatch(/ten_[0-9a-z]{26}|key_[0-9a-z]{26}|stint_[0-9A-Za-z]{49}/);
});

test("every answer carries the security headers", async () => {
  for (const path of ["/", "/api/v1/me", "/api/health", "/sign-in"]) {
    const { headers } = await call("GET", path);
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("x-frame-options"), path).toBe("DENY");
    expect(headers.get("content-security-policy"), path).toContain("frame-ancestors 'none'");
    expect(headers.get("x-powered-by"), path).toBeNull();
    expect(headers.get("x-request-id"), path).toMatch(/^req_/);
  }
});
