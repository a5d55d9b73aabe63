import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  vi.resetModules();
  vi.stubEnv("AUTH_SECRET", "a-secret-of-this-test-0123456789abcdef");
  vi.stubEnv("UPSTASH_REDIS_REST_URL", "http://127.0.0.1:1");
  vi.stubEnv("UPSTASH_REDIS_REST_TOKEN", "t");
});
afterEach(() => vi.unstubAllEnvs());

async function cookiesAt(origin: string) {
  vi.stubEnv("APP_URL", origin);
  const { handshakeCookie, handshakeCookies } = await import("@/lib/http/auth-options");
  return [...Object.values(handshakeCookies()), handshakeCookie("intent")];
}

test("on https every cookie of a handshake is secure, with the prefix that keeps neighbours from setting it", async () => {
  for (const { name, options } of await cookiesAt("https://stint.example.com")) {
    expect(name).toMatch(/^__Host-stint\.handshake\.(state|verifier|nonce|intent)$/);
    expect(options).toEqual({ secure: true, httpOnly: true, sameSite: "lax", path: "/", maxAge: 900 });
  }
});

test("on http they have the same attributes but the one that needs https", async () => {
  for (const { name, options } of await cookiesAt("http://localhost:3000")) {
    expect(name).toMatch(/^stint\.handshake\./);
    expect(options).toEqual({ secure: false, httpOnly: true, sameSite: "lax", path: "/", maxAge: 900 });
  }
});

test("next-auth opens and makes no session", async () => {
  const { authOptions } = await import("@/lib/http/auth-options");
  const { jwt } = authOptions();
  const { sealSession } = await import("@/lib/http/session");
  const token = await sealSession({ userId: "usr_1", sessionVersion: 1, sessionId: "ses_1" });
  expect(await jwt?.decode?.({ token, secret: "a-secret-of-this-test-0123456789abcdef" })).toBeNull();
  await expect(jwt?.encode?.({ token: {}, secret: "x" })).rejects.toThrow();
});
