import { afterEach, beforeEach, expect, test, vi } from "vitest";

const REQUIRED = {
  AUTH_SECRET: "s".repeat(32), UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1", UPSTASH_REDIS_REST_TOKEN: "t", DATABASE_URL: "postgresql://127.0.0.1/x",
  MODEL_BASE_URL: "http://127.0.0.1:2/v1", MODEL_API_KEY: "k", SMTP_URL: "smtp://127.0.0.1:3", SECRETS_KEYS: `k1:${Buffer.alloc(32).toString("base64")}`,
};

beforeEach(() => {
  vi.resetModules();
  for (const [name, value] of Object.entries(REQUIRED)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const read = async () => (await import("@/lib/platform/env")).env();

test("without a provider's variables there is none, and its address is the public one", async () => {
  vi.stubEnv("GITHUB_CLIENT_ID", "");
  expect(await read()).toMatchObject({ GITHUB_URL: "https://github.com", GOOGLE_ISSUER: "https://accounts.google.com" });
  expect((await read()).GITHUB_CLIENT_ID).toBeUndefined();
});

for (const [given, missing] of [["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"], ["GITHUB_CLIENT_SECRET", "GITHUB_CLIENT_ID"], ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"], ["GOOGLE_CLIENT_SECRET", "GOOGLE_CLIENT_ID"]] as const) {
  test(`${given} alone is refused, by the name of ${missing}`, async () => {
    vi.stubEnv(given, "something");
    await expect(read()).rejects.toThrow(`${missing}: is needed beside ${given}`);
  });
}
