import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

beforeEach(() => {
  vi.resetModules();
  vi.stubEnv("AUTH_SECRET", "x".repeat(40));
  vi.stubEnv("UPSTASH_REDIS_REST_URL", "http://127.0.0.1:9");
  vi.stubEnv("UPSTASH_REDIS_REST_TOKEN", "x");
  vi.stubEnv("SENTRY_DSN", "");
});
afterEach(() => vi.unstubAllEnvs());

/** The module with an environment of its own, and a policy taken apart. */
async function load(env: Record<string, string>) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { contentSecurityPolicy, securityHeaders } = await import("@/lib/http/security-headers");
  const directives = (path: string) => new Map(contentSecurityPolicy(path).split("; ").map((one): [string, string] => [one.split(" ")[0] ?? "", one.split(" ").slice(1).join(" ")]));
  return { directives, securityHeaders };
}

describe("the content security policy", () => {
  test("a page runs only what carries its nonce, and its nonce is never used again", async () => {
    const { directives } = await load({ APP_URL: "http://localhost:3000" });
    const nonces = Array.from({ length: 100 }, () => /^'self' 'nonce-([A-Za-z0-9+/]{22}==)' 'strict-dynamic'$/.exec(directives("/t/acme/keys").get("script-src") ?? "")?.[1]);
    expect(nonces).not.toContain(undefined);
    expect(new Set(nonces).size).toBe(100);
  });

  test.each(["/", "/sign-in", "/t/acme", "/admin", "/apiary", "/api/auth/signout"])("%s allows neither inline code nor foreign origins", async (path) => {
    const { directives } = await load({ APP_URL: "http://localhost:3000" });
    const policy = directives(path);
    // One style may stand in an attribute, by its hash: what React streams out of sight.
    const hidden = createHash("sha256").update("display:none").digest("base64");
    expect(policy.get("style-src-attr")).toBe(`'unsafe-hashes' 'sha256-${hidden}'`);
    expect([...policy].filter(([name]) => name !== "style-src-attr").join(" ")).not.toMatch(/unsafe|\*|https?:/);
    expect(Object.fromEntries(policy)).toMatchObject({
      "default-src": "'self'", "connect-src": "'self'", "frame-ancestors": "'none'", "base-uri": "'none'", "form-action": "'self'", "object-src": "'none'",
    });
  });

  test.each(["/api/v1/me", "/api/health", "/api/nothing"])("%s allows nothing", async (path) => {
    const { directives } = await load({ APP_URL: "http://localhost:3000" });
    expect(Object.fromEntries(directives(path))).toEqual({ "default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'" });
  });

  test("error reports may go where SENTRY_DSN points, to its origin alone", async () => {
    const { directives } = await load({ APP_URL: "http://localhost:3000", SENTRY_DSN: "https://abc@errors.example:8443/42" });
    expect(directives("/").get("connect-src")).toBe("'self' https://errors.example:8443");
  });
});

test.each([["https://stint.example", "max-age=63072000; includeSubDomains", true], ["http://localhost:3000", undefined, false]])("%s: strict transport security is %s", async (origin, hsts, upgraded) => {
  const { directives, securityHeaders } = await load({ APP_URL: origin });
  expect(securityHeaders("x")["Strict-Transport-Security"]).toBe(hsts);
  expect(directives("/").has("upgrade-insecure-requests")).toBe(upgraded);
});
