import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hasCredentials, loadCredentials, storeCredentials } from "./credentials";
import { loadSecrets } from "./secrets";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stint-secrets-"));
});
afterEach(() => rmSync(home, { recursive: true }));

test("secrets are made once, for their owner only, and differ between installations", () => {
  const secrets = loadSecrets(home);
  expect(loadSecrets(home)).toEqual(secrets);
  expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length);
  expect(statSync(join(home, "secrets.json")).mode & 0o777).toBe(0o600);
  expect(secrets.auth_secret.length).toBeGreaterThanOrEqual(32);
});

test("a secret that a newer version needs is added, the others stay", () => {
  const { auth_secret } = loadSecrets(home);
  writeFileSync(join(home, "secrets.json"), JSON.stringify({ auth_secret }));
  const secrets = loadSecrets(home);
  expect(secrets.auth_secret).toBe(auth_secret);
  expect(secrets.gateway_token.length).toBeGreaterThanOrEqual(32);
});

test("a damaged file is never written over", () => {
  writeFileSync(join(home, "secrets.json"), '{"auth_secret": "');
  expect(() => loadSecrets(home)).toThrow(/is damaged/);
  expect(readFileSync(join(home, "secrets.json"), "utf8")).toBe('{"auth_secret": "');
});

test("credentials belong to one database", () => {
  const account = { email: "owner@example.com", password: "secret" };
  const credentials = { owner: account, staff: account, api_key: "stint_x", workspace: "demo" };
  expect(() => loadCredentials(home)).toThrow(/run npm start once/);
  storeCredentials(home, "first", credentials);
  expect(loadCredentials(home)).toEqual(credentials);
  expect(hasCredentials(home, "first")).toBe(true);
  expect(hasCredentials(home, "made anew")).toBe(false);
});
